"""`make demo`: the alerting chain as real processes on this machine, from an application that breaks to the page that arrives."""
