"""What cannot wait: who of the duty roster is called, how often, and who says to call the reporter."""
