"""Making parts of a photo unreadable for good."""
