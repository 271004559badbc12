"""The inbox: its queues, search, filters that an agency keeps, acts on several tickets at once."""
