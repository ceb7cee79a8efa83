"""Who works a case: conflict of interest, handing over, transfer, leaving, absence, relations."""
