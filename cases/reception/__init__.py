"""What the reception may know of bans."""
