"""Protocols of existing municipalities, run in real cases: every decision is taken somewhere, and every case ends."""

import pytest
from django.utils import timezone

from cases.administration.adoption import publish, save
from cases.models import Case
from cases.models.own.protocol import own_protocol
from cases.protocol.checking.exploration import explore
from cases.protocol.composition import examples
from cases.protocol.definitions import Protocol
from cases.protocol.engine import Situation, options
from tests.support.build import a_case, a_place, walk, who
from tests.support.protocols import after, after_option, first

pytestmark = pytest.mark.django_db
NEAR = 1000  # situations: what is further away is taken in a case of its own


def _way(protocol: Protocol, now: Situation, wanted, left: set[str] = frozenset(), most: int = 3000) -> list[str]:
    """The shortest list of decisions after which `wanted` holds; empty when `most` situations hold none."""
    awaited = {act for _code, decision in protocol.every_decision() for act in decision.after}
    first = awaited | {"acknowledge"}
    for track in protocol.tracks.values():
        codes = {code for state in track.states.values() for code in state.decisions}
        first |= codes if codes & left else set()
    seen, todo = set(), [(now, [])]
    while todo:
        situation, codes = todo.pop(0)
        if protocol.phases[situation.phase].final:  # what comes after closing is no branch of the protocol
            continue
        for option in options(protocol, situation):
            beside = option.anytime and not option.decision.to
            if option.allowed and (
                not (beside or option.track) or option.code in first or wanted(situation, option.code)
            ):
                following = after_option(protocol, situation, option)
                if wanted(following, option.code):
                    return [*codes, option.code]
                key = (
                    following.phase,
                    following.previous,
                    following.decided & awaited,
                    tuple(sorted(following.tracks.items())),
                )
                if key not in seen and len(seen) < most:
                    seen.add(key)
                    todo.append((following, [*codes, option.code]))
    return []


def taken_elsewhere(protocol: Protocol) -> set[str]:
    """What no case here can take: a measure against somebody from outside (tests/cases/measures), and what an employer judges
    (test_who_judges.py)."""
    return {
        code
        for code, rule in protocol.every_decision()
        if {"pressure", "measure_runs", "employer_judges"} & set(rule.needs)
    }


def walks(protocol: Protocol, *, has_subject: bool, apart: set[str] = frozenset()) -> list[list[str]]:
    """Lists of decisions from the first step to an end that take every decision once, ends and what stands `apart` not
    counted."""
    known = {True: {"subject"}, False: {"no_subject"}}[has_subject]
    other = {code for code, rule in protocol.every_decision() if {"subject", "no_subject"} & set(rule.needs) - known}
    beside = {code for code, _rule in protocol.every_track_decision()}
    left = (explore(protocol, has_subject=has_subject).taken | beside) - other - taken_elsewhere(protocol) - apart
    paths = []
    while left:
        now, codes = first(protocol, has_subject=has_subject), []
        while True:
            way = _way(protocol, now, lambda _situation, code: code in left, most=NEAR)
            if not way:
                break
            for code in way:
                now = after(protocol, now, code)
                left.discard(code)
            codes += way
            if protocol.phases[now.phase].final:
                break
        if not codes:
            now = first(protocol, has_subject=has_subject)
            codes = _way(protocol, now, lambda _situation, code: code in left, left)
            left.difference_update(codes)
            for code in codes:
                now = after(protocol, now, code)
        if not codes:
            raise AssertionError(f"no case can take {left}")
        if not protocol.phases[now.phase].final:
            codes += _way(protocol, now, lambda situation, _code: protocol.phases[situation.phase].final)
        paths.append(codes)
    return paths


def _run(case: Case, codes: list[str]) -> None:
    actors = {relation: who(case.id, relation) for relation in ("case_officer", "handler")}
    for code in codes:
        rule = dict(case.protocol.every_decision())[code]
        actor = actors[rule.who[-1] if rule.who[-1] in actors else "handler"]
        walk(case, f"{code}={rule.outcome[0]}" if rule.outcome else code, actor=actor)


KINDS = {"integrity": True, "pressure": False}  # {kind: whether its cases have a person concerned}


def test_every_branch_of_the_protocols_of_municipalities_runs_to_an_end():
    """A decision that several of them have, word for word, is taken in the first of them."""
    place, taken = a_place(), set()
    administrator = place.actor("administrator")
    for name, (base, _title, changes) in examples().items():
        save(administrator, base, changes, revision=0)
        published = publish(administrator, base, revision=1, effective_on=timezone.localdate())
        own = own_protocol(published.id)
        rules = {code: (base, code, rule.model_dump_json()) for code, rule in own.every_decision()}
        for kind, has_subject in KINDS.items():
            known = {code for code, rule in rules.items() if (kind, *rule) in taken}
            for codes in walks(own, has_subject=has_subject, apart=known):
                case = a_case(place, kind)
                assert case.own_protocol == published, name
                _run(case, codes)
                assert not case.is_open
                taken |= {(kind, *rules[code]) for code in codes}
        missed = {code for code, rule in rules.items() if not any((kind, *rule) in taken for kind in KINDS)}
        assert missed <= taken_elsewhere(own), name
