"""The people in a report: whom recusal looks at, who would read it, and marks by which the same person is found."""
