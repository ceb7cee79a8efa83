"""Machines that may ask for tokens (OAuth 2.0 client credentials): who they are and what they may do.

A token says what was granted; what counts is what its client may do at the moment of use. Revoking a client, or taking
a scope from it, ends its tokens at once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken
from oauth2_provider.scopes import BaseScopes

from organisations.events import OrganisationEvent
from organisations.models import ApiClient
from vault import ledger

AHEAD = "figures.ahead"
CHAIN = uuid5(NAMESPACE_URL, "weerbaar:clients")  # of the ledger


class ClientRefused(Exception):
    """A client that cannot be; the words say why."""


@dataclass(frozen=True)
class NewClient:
    client: ApiClient
    secret: str  # known only now


@transaction.atomic
def add_client(name: str, scopes: Iterable[str]) -> NewClient:
    """A client with these scopes. Its secret cannot be shown again. Raises :class:`ClientRefused`."""
    name = name.strip()
    if not name:
        raise ClientRefused(_("Give the client a name."))
    if ApiClient.objects.filter(name=name).exists():
        raise ClientRefused(
            _("There is a client %(name)s already. Revoke it first, or choose another name.") % {"name": name}
        )
    secret = generate_client_secret()
    client = ApiClient.objects.create(
        name=name,
        scopes=_known(scopes),
        client_secret=secret,
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
    )
    ledger.record(CHAIN, OrganisationEvent.CLIENT_ADDED, client=client.client_id, scopes=" ".join(client.scopes))
    return NewClient(client, secret)


@transaction.atomic
def set_scopes(client: ApiClient, scopes: Iterable[str]) -> None:
    """Change what a client may do; its tokens end, so that it asks for new ones."""
    client.scopes = _known(scopes)
    client.save(update_fields=["scopes", "updated"])
    AccessToken.objects.filter(application=client).delete()
    ledger.record(CHAIN, OrganisationEvent.CLIENT_CHANGED, client=client.client_id, scopes=" ".join(client.scopes))


@transaction.atomic
def revoke_client(client: ApiClient) -> None:
    """The client goes, and every token with it. What it read stays in the ledger."""
    ledger.record(CHAIN, OrganisationEvent.CLIENT_REVOKED, client=client.client_id)
    client.delete()


def client_may(token: AccessToken | None, scope: str) -> bool:
    """Whether a valid token, of a client as it is now, may do this. Deny by default."""
    return (
        token is not None
        and token.application is not None
        and token.allow_scopes([scope])
        and scope in token.application.scopes
    )


class ScopesOfClient(BaseScopes):
    """What the token endpoint may grant: what the client has, and nothing by default beyond that."""

    def get_all_scopes(self) -> Mapping[str, str]:
        return settings.API_SCOPES

    def get_available_scopes(self, application=None, request=None, *args, **kwargs) -> list[str]:
        return list(application.scopes) if application else []

    def get_default_scopes(self, application=None, request=None, *args, **kwargs) -> list[str]:
        return self.get_available_scopes(application)


def _known(scopes: Iterable[str]) -> list[str]:
    wanted = sorted(set(scopes))
    if unknown := [scope for scope in wanted if scope not in settings.API_SCOPES]:
        known = ", ".join(settings.API_SCOPES)
        raise ClientRefused(
            _("There is no scope %(scope)s. There are: %(known)s.") % {"scope": ", ".join(unknown), "known": known}
        )
    return wanted
