"""When something of a case is counted."""
