"""Evidence: files and messages that belong to a report, from the browser to the officer."""
