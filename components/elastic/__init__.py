"""The Elastic stack: resources that its operator acts on, and what must stand around them."""
