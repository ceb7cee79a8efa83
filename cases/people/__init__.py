"""Who works a case: conflict, handing over, transfer, absence, relations."""
