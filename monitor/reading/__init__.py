"""Reading published numbers: what they are certain of, in words and charts."""
