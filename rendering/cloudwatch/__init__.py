"""What the catalog means to CloudWatch: logs, alarms, who is told, and what is streamed on, as resources that a component registers."""
