"""The questions of the form as data, with what an organisation changes in them, and reading the answers."""
