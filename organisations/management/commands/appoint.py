from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from organisations.access.name_rules import name_rules
from organisations.codes import UnknownCode, code_list
from organisations.models import Organisation, Person
from organisations.name_parts import NameParts
from organisations.names import plain
from organisations.people.appointments import appoint, take_office

PARTS = {
    "given_names": 'the one that is used first, others after a comma: "Kees, Cornelis"',
    "initials": 'for example "C.J."',
    "prefix": 'of the surname, for example "van den"',
    "surname": 'without its prefix, for example "Berg"',
    "second_prefix": "of the second surname",
    "second_surname": "of a marriage or of the other parent",
}
NO_NAME = "give --surname, with --given-names or --initials; or --name for somebody whose parts you do not know"


class Command(BaseCommand):
    help = (
        "Give somebody functions and roles in an organisation, until the administrator's pages come. "
        "Set a password afterwards with `changepassword EMAIL`."
    )

    def add_arguments(self, parser):
        parser.add_argument("slug", metavar="organisation", help="slug, for example utrecht or provincie-utrecht")
        parser.add_argument("codes", nargs="+", help="functions (mayor, registrar, …) and roles (officer, chair, …)")
        for part, words in PARTS.items():
            parser.add_argument(f"--{part.replace('_', '-')}", default="", help=words)
        parser.add_argument("--name", default="", help="as it is shown; the administrator must check its parts")
        parser.add_argument("--email", help="needed to sign in")
        parser.add_argument("--since", type=date.fromisoformat, default=None, help="2026-01-31; today when left out")

    @transaction.atomic
    def handle(self, *args, slug, codes, name="", email=None, since=None, **options):
        organisation = Organisation.objects.filter(slug=slug).first()
        if organisation is None:
            raise CommandError(f"there is no organisation {slug!r}; run load_register first, or check the spelling")
        parts = NameParts(**{part: " ".join(options.get(part, "").split()) for part in PARTS})
        person = Person.objects.filter(email__iexact=email).first() if email else None
        is_known = person is not None
        person = person or Person.objects.create_person(_name(name, parts), email)
        try:
            for code in codes:
                if code in code_list("role"):
                    appoint(person, organisation, code, since=since)
                else:
                    take_office(person, organisation, code, since=since or timezone.localdate())
        except UnknownCode as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{person.name} at {organisation}: {', '.join(codes)}")
        for other in _namesakes(person):
            self.stdout.write(
                f"Somebody else is called {other.name} too: {_known_by(other)}. Pages at work show the mail address of both. "
                "If it is one human, give the mail address of that row: two rows are never two people who agree."
            )
        if is_known and (name or parts != NameParts()):
            self.stdout.write("Somebody with this e-mail address was there already and keeps their name.")
        if not person.names_checked:
            self.stdout.write(
                "Nobody checked the parts of this name yet: the administrator does so at /beheer/namen/. "
                "Until then a report that holds any word of it keeps this person out."
            )


def _name(name: str, parts: NameParts) -> str | NameParts:
    """The name as it was given: as its parts, or as it is shown. Raises CommandError."""
    name = " ".join(name.split())
    if name and parts != NameParts():
        raise CommandError("give --name or the parts of the name, not both")
    if name:
        if not plain(name):
            raise CommandError("--name has no letters")
        return name
    for prefix in (parts.prefix, parts.second_prefix):
        if unknown := [word for word in plain(prefix).split() if word not in name_rules().prefixes]:
            takes = ", ".join(sorted(name_rules().prefixes))
            raise CommandError(f"{' '.join(unknown)!r} is no prefix of a surname. It takes these words: {takes}")
    if not plain(parts.surname):
        raise CommandError(NO_NAME)
    if not (parts.given_names or parts.initials):
        raise CommandError(f"give the given names or the initials too; {NO_NAME}")
    if parts.second_prefix and not plain(parts.second_surname):
        raise CommandError("--second-prefix has no --second-surname")
    return parts


def _namesakes(person: Person) -> list[Person]:
    """Everybody else who is called the same, wherever they work."""
    called = plain(person.name)
    return [other for other in Person.objects.exclude(id=person.id).order_by("email") if plain(other.name) == called]


def _known_by(person: Person) -> str:
    held = [*person.roles.select_related("organisation"), *person.functions.select_related("organisation")]
    places = ", ".join(f"{row.code} at {row.organisation}" for row in held)
    return f"{person.email or 'no mail address'} ({places or 'holds nothing'})"
