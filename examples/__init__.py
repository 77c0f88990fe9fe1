"""What an application does to be watched: small, complete and runnable."""
