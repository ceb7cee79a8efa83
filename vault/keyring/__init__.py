"""The keys: the master key, and those of organisations, people, periods and signatures that lie under it, or offline."""
