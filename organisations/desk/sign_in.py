"""Sign-in by django-allauth: people are invited by their organisation, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from organisations.access.policy import Actor


def start_page(actor: Actor | None) -> str:
    """Where somebody begins: the worklist, or the page of their one role where they never have a case."""
    only = next(iter(actor.roles)) if actor and len(actor.roles) == 1 and not actor.functions else ""
    return resolve_url(settings.START_PAGES.get(only, settings.LOGIN_REDIRECT_URL))


class AccountAdapter(DefaultAccountAdapter):
    # allauth's own Dutch says "jou".
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("This e-mail address and password do not belong together. Check both."),
        "too_many_login_attempts": _("Too often a wrong password. Try again later."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        return start_page(request.actor)

    def add_message(self, *args, **kwargs) -> None:
        """No notice: allauth would put the name of who signs in or out into a cookie, and no page shows it."""

    def populate_username(self, request, user) -> None:
        """There are no user names."""
