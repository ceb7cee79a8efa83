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
        for command in (add, listing):
            command.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args, act, **options):
        try:
            getattr(self, f"_{act}")(**options)
        except ClientRefused as refused:
            raise CommandError(str(refused)) from None

    def _add(self, name, scope, format, **options):
        added = add_client(name, scope)
        if format == "json":
            self.stdout.write(
                json.dumps({"id": added.client.client_id, "secret": added.secret, "scopes": added.client.scopes})
            )
            return
        self.stdout.write(f"id      {added.client.client_id}\nsecret  {added.secret}")
        self.stderr.write("Keep the secret now: it is stored as a hash and cannot be shown again.")

    def _scopes(self, name, scope, **options):
        set_scopes(self._client(name), scope)

    def _revoke(self, name, **options):
        revoke_client(self._client(name))

    def _list(self, format, **options):
        clients = [
            {
                "name": client.name,
                "id": client.client_id,
                "scopes": client.scopes,
                "since": client.created.date().isoformat(),
            }
            for client in ApiClient.objects.all()
        ]
        if format == "json":
            self.stdout.write(json.dumps(clients))
        for client in clients if format == "text" else ():
            self.stdout.write(
                f"{client['name']}  {client['id']}  {' '.join(client['scopes']) or '-'}  {client['since']}"
            )

    def _client(self, name: str) -> ApiClient:
        client = ApiClient.objects.filter(name=name).first()
        if client is None:
            raise CommandError(f"There is no client {name!r}. `api_client list` names them.")
        return client
