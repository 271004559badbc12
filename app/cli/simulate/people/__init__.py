"""Everybody who lives and works in the simulated city."""
