"""Files that people at work add to a case."""
