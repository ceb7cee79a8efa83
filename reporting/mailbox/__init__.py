"""What a reporter can do with the code."""
