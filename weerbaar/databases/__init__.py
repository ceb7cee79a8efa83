"""Django's engines with one thing added: a request does not wait for ever for a database that does not answer."""
