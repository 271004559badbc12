"""The file itself: what it holds, how it is encrypted, written and read."""
