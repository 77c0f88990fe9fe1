"""Logstash: records are read, masked, understood and sent to the data stream that keeps them."""
