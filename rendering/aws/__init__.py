"""What an account of Amazon's must hold for our systems: roles, keys, secrets, buckets, backups. Pure."""
