"""Reading published numbers: how sure they are, in tables, sentences and charts."""
