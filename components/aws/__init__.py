"""An account of Amazon's: its provider, and what it is filled with."""
