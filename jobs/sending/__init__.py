"""Sending words out of the installation: mail, the way in which SMTP takes it, and a webhook."""
