"""What an account of New Relic's is filled with. Pure."""
