"""Logs, wherever they are kept: what applications write, how long it is kept, what of it is masked."""
