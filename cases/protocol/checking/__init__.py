"""Whether a protocol is fair: every rule that it must hold, and the words that its texts may not have."""
