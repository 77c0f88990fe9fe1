"""Decisions: what an environment is made of, in which order it comes, and what it promises to applications."""
