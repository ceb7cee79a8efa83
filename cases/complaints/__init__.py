"""What reporters told apart, for its readers: the list, reading and answering, and giving the case to somebody else."""
