"""Photos of the work: do they fit to the ticket, and what a second person finds."""
