"""What an administrator tells of the own organisation."""
