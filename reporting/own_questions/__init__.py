"""Pages on which an administrator changes the questions of the form."""
