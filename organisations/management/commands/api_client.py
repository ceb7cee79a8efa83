import json

from django.core.management.base import BaseCommand, CommandError

from organisations.access.clients import ClientRefused, add_client, revoke_client, set_scopes
from organisations.models import ApiClient


class Command(BaseCommand):
    help = "Machines that may ask the API for tokens: add, list, change what they may do, revoke."

    def add_arguments(self, parser):
        acts = parser.add_subparsers(dest="act", required=True)
        add = acts.add_parser("add", help="make a client; its secret is shown once")
        add.add_argument("name", help="whose it is, for example bzk-monitor")
        add.add_argument("--scope", action="append", default=[], help="for example figures.ahead; may be repeated")
        scopes = acts.add_parser("scopes", help="change what a client may do; its tokens end at once")
        scopes.add_argument("name")
        scopes.add_argument("--scope", action="append", default=[], help="leave out to take every scope")
        acts.add_parser("revoke", help="end a client and its tokens at once").add_argument("name")
        listing = acts.add_parser("list", help="all clients, without secrets")
        for one in (add, listing):
            one.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, act, **options):
        try:
            getattr(self, f"_{act}")(**options)
        except ClientRefused as refused:
            raise CommandError(str(refused)) from None

    def _add(self, name, scope, format, **options):
        made = add_client(name, scope)
        if format == "json":
            self.stdout.write(
                json.dumps({"id": made.client.client_id, "secret": made.secret, "scopes": made.client.scopes})
            )
            return
        self.stdout.write(f"id      {made.client.client_id}\nsecret  {made.secret}")
        self.stderr.write("Keep the secret now: it is stored as a hash and cannot be shown again.")

    def _scopes(self, name, scope, **options):
        set_scopes(self._client(name), scope)

    def _revoke(self, name, **options):
        revoke_client(self._client(name))

    def _list(self, format, **options):
        found = [
            {"name": one.name, "id": one.client_id, "scopes": one.scopes, "since": one.created.date().isoformat()}
            for one in ApiClient.objects.all()
        ]
        if format == "json":
            self.stdout.write(json.dumps(found))
        for one in found if format == "text" else ():
            self.stdout.write(f"{one['name']}  {one['id']}  {' '.join(one['scopes']) or '-'}  {one['since']}")

    def _client(self, name: str) -> ApiClient:
        found = ApiClient.objects.filter(name=name).first()
        if found is None:
            raise CommandError(f"There is no client {name!r}. `api_client list` names them.")
        return found
