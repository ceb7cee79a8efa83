"""Who: organisations, people, the functions they hold over time and the roles they were given."""

import uuid
from dataclasses import asdict
from datetime import date
from functools import lru_cache, reduce
from operator import or_

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Exists, ExpressionWrapper, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from organisations.asked import DutyAsked, EndAsked, NameAsked  # noqa: F401
from organisations.codes import Code, code_list
from organisations.entitlements import entitlements
from organisations.name_parts import NameParts, display_name, guessed_parts

HANDLING = frozenset({"handler", "case_officer", "co_reader"})  # relations of who handles a case and reads its file
WORKING = ("case_officer", "handler")  # of who works it and decides in it, the officer first


class OrganisationQuerySet(models.QuerySet):
    def live(self) -> "OrganisationQuerySet":
        """Organisations that take reports."""
        return self.filter(live=True)

    def taking_part(self, first: date, last: date) -> "OrganisationQuerySet":
        """Of which reports are in the figures of a period, from one day to another."""
        return self.reportable().filter(takes_part_since__lte=last).exclude(takes_part_until__lt=first)

    def reportable(self) -> "OrganisationQuerySet":
        """Everything of the register that people report at; authorities only handle."""
        return self.exclude(kind="authority")


class Organisation(models.Model):
    """A municipality, province or water authority of the register, or an authority outside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(_("official code"), max_length=8, blank=True, help_text="empty where not certain")
    kind = models.CharField(_("kind"), max_length=16)
    name = models.CharField(_("official name"), max_length=100)
    slug = models.SlugField(max_length=80, unique=True)
    province = models.CharField(_("province"), max_length=4, blank=True, help_text="of the seat, for water authorities")
    size_class = models.CharField(_("size class"), max_length=16, blank=True, help_text="empty where not certain")
    live = models.BooleanField(default=False, help_text="takes reports")
    takes_part_since = models.DateField(null=True, blank=True, help_text="since when its reports are in the figures")
    takes_part_until = models.DateField(
        null=True, blank=True, help_text="the last day on which it took reports; empty while it does"
    )
    demo = models.BooleanField(default=False)
    sister = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, help_text="takes over where nobody else can"
    )
    duty_phone = models.CharField(_("duty number"), max_length=24, blank=True)
    adviser_phone = models.CharField(_("number of the confidential adviser"), max_length=24, blank=True)
    phones_checked_on = models.DateField(null=True, help_text="the day on which somebody last tried both numbers")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="one_organisation_per_code")
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The name as people say it: "Gemeente Utrecht", "Provincie Utrecht"."""
        prefix = {"municipality": "Gemeente ", "province": "Provincie "}.get(self.kind, "")
        return prefix + self.name

    @property
    def layer(self) -> str:
        return self.kind


class OrganisationProfile(models.Model):
    """What an organisation told of one year, for the figures. Numbers and codes only: nobody can be found in it."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="profiles")
    year = models.PositiveSmallIntegerField()
    prevention = models.JSONField(default=list, help_text="codes of prevention_item that were done")
    revision = models.PositiveIntegerField(default=0, help_text="counts changes: shows a stale page")
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["organisation", "-year"]
        constraints = [models.UniqueConstraint(fields=["organisation", "year"], name="one_profile_per_year")]


class Holders(models.Model):
    """How many people held a function. No row: not known."""

    profile = models.ForeignKey(OrganisationProfile, on_delete=models.CASCADE, related_name="holders")
    function = models.CharField(max_length=24)
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "function"], name="one_number_per_function")]


class PersonManager(BaseUserManager["Person"]):
    def create_person(self, name: str | NameParts, email: str | None = None, password: str | None = None) -> "Person":
        """Of a display name alone the parts are only suggested, and nobody checked them."""
        person = self.model(email=self.normalize_email(email) if email else None)
        if isinstance(name, NameParts):
            person.take_parts(name)
        else:
            person.name = name
            person.suggest_parts()
        person.set_password(password)
        person.save()
        return person

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email__iexact=username)


class Person(AbstractBaseUser, PermissionsMixin):  # type: ignore[django-manager-missing]
    """Somebody with a function or a role. Who never signs in has no e-mail address and no password."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=120, help_text="as it is shown")
    initials = models.CharField(_("initials"), max_length=20, blank=True)
    given_names = models.CharField(_("given names"), max_length=80, blank=True, help_text="also the one that is used")
    prefix = models.CharField(_("prefix"), max_length=20, blank=True, help_text='for example "van der"')
    surname = models.CharField(_("surname"), max_length=60, blank=True)
    second_prefix = models.CharField(_("prefix of the second surname"), max_length=20, blank=True)
    second_surname = models.CharField(_("second surname"), max_length=60, blank=True, help_text="of a marriage")
    names_checked = models.BooleanField(default=False, help_text="somebody entered or confirmed the parts of the name")
    email = models.EmailField(_("e-mail address"), unique=True, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    declared_on = models.DateField(null=True, help_text="when they last said to be related to somebody")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    objects = PersonManager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_may_everything")]

    def __str__(self) -> str:
        return self.name

    @property
    def parts(self) -> NameParts:
        """The name in parts: checked, or a suggestion as long as `names_checked` is false."""
        return NameParts(**{part: getattr(self, part) for part in asdict(NameParts())})

    def take_parts(self, parts: NameParts) -> None:
        """Take over parts that somebody entered or confirmed. The name that is shown follows from them. Saves nothing."""
        self._set_parts(parts)
        self.name, self.names_checked = display_name(parts), True

    def suggest_parts(self) -> None:
        """Fill the parts with what the display name may mean, for somebody to check. Saves nothing."""
        self._set_parts(guessed_parts(self.name))
        self.names_checked = False

    def _set_parts(self, parts: NameParts) -> None:
        for part, words in asdict(parts).items():
            setattr(self, part, words)


class FormerName(models.Model):
    """A surname that somebody had before: whoever types it still means them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="former_names")
    prefix = models.CharField(max_length=20, blank=True)
    surname = models.CharField(max_length=60)


class HeldQuerySet(models.QuerySet):
    def on(self, day: date) -> "HeldQuerySet":
        """What was held on that day."""
        return self.filter(Q(held_from__lte=day) & (Q(held_to__isnull=True) | Q(held_to__gte=day)))

    def not_over(self, day: date) -> "HeldQuerySet":
        """What is held on that day or begins later."""
        return self.filter(Q(held_to__isnull=True) | Q(held_to__gte=day))


class Held(models.Model):
    """Something that a person is, in an organisation, from one day to another."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="%(class)ss")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="%(class)ss")
    code = models.CharField(max_length=24)
    held_from = models.DateField()
    held_to = models.DateField(null=True, blank=True)

    objects = HeldQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["held_from", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(held_to__isnull=True) | Q(held_to__gte=models.F("held_from")),
                name="%(class)s_ends_after_it_begins",
            )
        ]


class Function(Held):
    """An office or post: the codes of `group`, the deputies and the parties (docs/domain.md#roles)."""

    @property
    def label(self) -> Code:
        return function_code(self.code)


class Role(Held):
    """A task in Weerbaar, given by appointment: officer, confidential adviser, coordinator, chair, …"""

    @property
    def label(self) -> Code:
        return code_list("role")[self.code]


class AssignmentQuerySet(models.QuerySet):
    def running(self) -> "AssignmentQuerySet":
        """Those that nobody has ended. Who has one need not work there any more: ask :meth:`holding` for what somebody may
        see or do, or hears of."""
        return self.filter(ended=False)

    def holding(self, day: date | None = None) -> "AssignmentQuerySet":
        """Those that run, of somebody active who is entitled to it on the day (today, if none is given): by the function or
        role in which they were asked, or by another one in the same organisation (entitlements.yaml)."""
        return self.running().filter(_entitled(day or timezone.localdate()), person__is_active=True)

    def end(self) -> int:
        """End those that run. Returns how many there were."""
        return self.running().update(ended=True, ended_on=timezone.localdate())


@lru_cache(maxsize=4)  # of a few days: to build it takes longer than to ask it
def _entitled(day: date) -> Q:
    """Whether the person of an assignment holds, on this day, what entitles to it: one subquery for roles, one for functions."""
    relations: dict[tuple[str, ...], list[str]] = {}
    for name, codes in entitlements().items():
        relations.setdefault(tuple(codes), []).append(name)
    ways = (Q(code__in=codes, relation__in=relations[codes]) for codes in relations)
    entitling = reduce(or_, ways, Q(code=OuterRef("capacity")))
    there = {"person": OuterRef("person"), "organisation": OuterRef("organisation")}
    relation = ExpressionWrapper(OuterRef("relation"), models.CharField())
    role, function = (
        Exists(model.objects.on(day).filter(**there).alias(relation=relation).filter(entitling).order_by())
        for model in (Role, Function)
    )
    return role | function


class Assignment(models.Model):
    """What somebody does in one case, in the capacity of one organisation. Made by routing, ended by recusal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField(db_index=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="assignments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(max_length=12)
    capacity = models.CharField(max_length=24, help_text="the function or role in which the person was asked")
    ended = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, help_text="empty while it runs")

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "person", "relation"], condition=Q(ended=False), name="one_task_once_in_a_case"
            )
        ]

    @property
    def label(self) -> Code:
        return code_list("relation")[self.relation]

    @property
    def capacity_label(self) -> Code:
        return function_code(self.capacity)


class Absence(models.Model):
    """When somebody is away from an organisation. New cases go to whoever is there, as long as somebody is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="absences")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    away_from = models.DateField()
    away_to = models.DateField()

    class Meta:
        ordering = ["away_from"]
        constraints = [
            models.CheckConstraint(condition=Q(away_to__gte=models.F("away_from")), name="absence_ends_after_it_begins")
        ]


class DutyShift(models.Model):
    """When somebody is on duty, every week; or, without hours, the stand-in outside (organisations/people/duty.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="duty_shifts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True, help_text="of a fixed contact outside, who never signs in")
    email = models.EmailField(blank=True)
    # Of a contact: an alarm goes there only while it is known who entered it and who agreed, and both are free.
    entered_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    agreed_by = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="+")
    begins = models.PositiveSmallIntegerField(null=True, help_text="minutes from Monday 0.00 by the Dutch clock")
    ends = models.PositiveSmallIntegerField(null=True, help_text="as `begins`; not later: after the end of the week")

    class Meta:
        ordering = ["begins", "id"]


class DeclaredRelation(models.Model):
    """What somebody is to somebody else, as they declared it: they never handle a case about the other. To whom they are
    related stands sealed (organisations/people/relations.py): a dump of the database does not tell."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="declared")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="of which the key seals the row"
    )
    mark = models.BinaryField(unique=True, help_text="a keyed digest of both people: each relation is declared once")
    sealed = models.BinaryField(help_text="the other, and what they are to each other")


class Recusal(models.Model):
    """Somebody who may never know of a case, as a keyed digest: a dump of the database names nobody."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField()
    token = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="recused_once")]


class Suspension(models.Model):
    """Somebody whom a case may concern: out of it until people say whether it does, where it is open. Who it is stands sealed;
    the digest is that of :class:`Recusal`."""

    class State(models.TextChoices):
        ASKED = "asked"  # said by somebody who reads nothing: keeps nobody out before a second one agrees
        OPEN = "open"
        FINAL = "final"  # it concerns them: a recusal was written
        LIFTED = "lifted"  # two people said that it concerns somebody else: they are let back
        MENTIONED = "noted"  # nobody is out: a writer said of words of their own that they only mention them

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.UUIDField()
    token = models.BinaryField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="of which the key seals the row"
    )
    sealed = models.BinaryField(help_text="who, why, what they did, who would lift it, words that only mention them")
    due = models.DateTimeField(null=True, help_text="when silence makes it final; empty: it waits")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "token"], name="suspended_once")]


class KeptForm(models.Model):
    """What somebody typed when the session had ended (organisations/desk/kept.py): for them only, and it says nowhere who that is."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mark = models.BinaryField(db_index=True, help_text="a keyed digest of who typed it at which browser")
    sealed = models.BinaryField()
    until = models.DateTimeField(db_index=True)


class ApiClient(AbstractApplication):
    """A machine that may ask for tokens (organisations/access/clients.py). Its secret is kept as a hash only."""

    scopes = models.JSONField(default=list, help_text="what its tokens may do, today")

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["name"], name="client_names_differ")]


def function_code(code: str) -> Code:
    """The label of a function, party or role."""
    for list_id in ("group", "party", "role"):
        if code in code_list(list_id):
            return code_list(list_id)[code]
    return code_list("group")[code]  # raises UnknownCode
