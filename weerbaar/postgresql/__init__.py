"""Django's PostgreSQL with one thing added: a request does not wait for ever for a server that does not answer."""
