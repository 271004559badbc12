"""How a resident can be reached, and how an address is proved to be theirs."""
