"""Official documents as PDF: read in a process of its own, and written anew."""
