"""What a reporter is told, and the messages between reporter and officer."""
