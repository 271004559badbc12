"""PostgreSQL and Redis: private instances of this clone, or the servers that the operator names."""
