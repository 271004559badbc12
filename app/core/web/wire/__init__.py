"""What goes over the wire: bodies as they come in, text as it goes out."""
