"""Composing, checking, adopting and printing an organisation's protocol."""
