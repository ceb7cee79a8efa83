"""What an organisation tells of itself for the figures (profile.yaml): how many hold each function, and what it does to
prevent. Numbers only: nobody can be found in it."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from pydantic import BaseModel, ConfigDict, Field, RootModel, model_validator

from organisations.access.policy import Actor
from organisations.codes import code_list
from organisations.events import OrganisationEvent
from organisations.models import Holders, Organisation, OrganisationProfile
from organisations.rule_files import WrongRule, read_rules
from organisations.texts import Labelled
from vault import ledger


class Elsewhere(Exception):
    """Somebody else changed the profile since this page was made."""


class Asked(Labelled):
    most: int = Field(gt=0)


class LayerRules(BaseModel):
    """The functions of one layer: how many is asked, or held once by law."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    asked: dict[str, Asked]
    once: list[str]


class ProfileRules(RootModel[dict[str, LayerRules]]):
    """All of profile.yaml. Refuses a layer or function that no code list knows."""

    @model_validator(mode="after")
    def _are_known(self) -> "ProfileRules":
        for layer, rules in self.root.items():
            if layer not in code_list("layer"):
                raise WrongRule(f"there is no layer {layer!r}", layer)
            for function in [*rules.asked, *rules.once]:
                if function not in code_list("group"):
                    raise WrongRule(f"there is no function {function!r}", layer, "asked", function)
        return self


@dataclass(frozen=True)
class ProfileAnswers:
    """What a profile says: holders by function (what is not named is not known), and the prevention items done."""

    holders: dict[str, int] = field(default_factory=dict)
    prevention: list[str] = field(default_factory=list)
    revision: int = 0


@cache
def layers() -> dict[str, LayerRules]:
    """What each layer is asked."""
    return read_rules(Path(__file__).with_name("profile.yaml"), ProfileRules).root


def years_to_tell() -> list[int]:
    """This year, and the last one, whose figures may still be made."""
    this = timezone.localdate().year
    return [this, this - 1]


def told_of(organisation: Organisation, year: int) -> ProfileAnswers | None:
    profile = organisation.profiles.filter(year=year).first()
    if profile is None:
        return None
    holders = dict(profile.holders.values_list("function", "number"))
    return ProfileAnswers(holders, profile.prevention, profile.revision)


@transaction.atomic
def keep_profile(actor: Actor, year: int, told: ProfileAnswers) -> None:
    """Keep what an organisation tells of a year. Raises :class:`Elsewhere` for a stale page."""
    organisation = Organisation.objects.select_for_update().get(id=actor.organisation.id)
    profile = organisation.profiles.filter(year=year).first() or OrganisationProfile(
        organisation=organisation, year=year
    )
    if profile.revision != told.revision:
        raise Elsewhere
    profile.prevention, profile.kept_at = told.prevention, timezone.now()
    profile.revision += 1
    profile.save()
    profile.holders.all().delete()
    Holders.objects.bulk_create(
        Holders(profile=profile, function=function, number=number) for function, number in told.holders.items()
    )
    ledger.record(
        organisation.id,
        OrganisationEvent.PROFILE_KEPT,
        actor=actor.person.id,
        year=year,
        holders=" ".join(f"{function}:{number}" for function, number in told.holders.items()),
        prevention=" ".join(told.prevention),
    )
