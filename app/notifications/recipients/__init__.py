"""Who gets a message: the address of that moment, and what followers are owed."""
