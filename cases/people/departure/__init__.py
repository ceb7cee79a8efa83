"""What happens to the cases of somebody who leaves or is away: what ends, and who gets it."""
