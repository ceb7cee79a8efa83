"""Facts: what is counted of reports, and corrections beside them."""
