"""What an environment costs: quantities from what it registers, prices from a dated file."""
