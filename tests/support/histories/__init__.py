"""Long histories of a small world in which the machine knows whom each report is really about."""
