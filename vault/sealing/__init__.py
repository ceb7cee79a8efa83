"""How something is sealed: the numbered schemes, what cryptography they are made of, and long streams."""
