"""A protocol for the reader: its sentences, its picture, and the ways through it."""
