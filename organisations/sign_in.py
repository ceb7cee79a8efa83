"""Sign-in by django-allauth: people are invited by their organisation, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request) -> bool:
        return False

    def populate_username(self, request, user) -> None:
        """There are no user names."""
