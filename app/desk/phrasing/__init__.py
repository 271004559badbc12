"""Reply templates at the desk: kept by managers, filled for a ticket, changed by the officer."""
