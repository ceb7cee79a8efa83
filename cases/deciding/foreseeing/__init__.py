"""What a decision will change, and the words in which its page says so before it is taken."""
