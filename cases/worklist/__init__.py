"""The worklist, the lane of reports to check, and reports taken by telephone."""
