"""What joins who works a case and the reporter: messages, evidence, the sender's code."""
