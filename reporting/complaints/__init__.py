"""What a reporter says apart from those who handle the report: its readers, its messages, its deadline."""
