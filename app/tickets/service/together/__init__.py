"""Two tickets become one, and one becomes two."""
