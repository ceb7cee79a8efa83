"""Programs that the suite runs over pages, references and stored samples."""
