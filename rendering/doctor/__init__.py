"""What asks a running stack whether it works: one program, on an operator's machine and as a CronJob in the cluster.

The CronJob runs these files as they are in a plain Python image, so they import nothing but Python's library and one another.
"""
