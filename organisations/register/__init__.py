"""The register of organisations, and whether one of them may take reports."""
