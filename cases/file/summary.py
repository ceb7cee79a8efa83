"""Who was hurt, by whom and how bad it is, for the top of the case page: what the keys of this reader open, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from cases.desk.codes import case_codes
from cases.desk.keys import key_of
from cases.file.safety import last_said, last_weighed
from cases.models import Case, CaseDecision
from cases.people.words.purposes import KNOWN_AS
from organisations.access.policy import Actor, Standing
from organisations.codes import code_list
from reporting.questions.meanings import Meaning
from reporting.questions.own import questions_of
from reporting.questions.questions import answers_meaning
from reporting.questions.reading import ANSWERS, is_for_another, raw_answers, subject_in_words
from vault.compartments import Compartment, ContentKey, read_text, sealed_in

NOT_SAID = {"not_given", "none"}
# What is said anew when a case becomes one of another kind: the code list in which it stands from then on.
SAID_WITH_KIND = {Meaning.PERPETRATOR: "perpetrator", Meaning.REPORTER_FUNCTION: "group"}


@dataclass(frozen=True)
class SummaryLine:
    """One line of the top: what it is about, the words, and what belongs to them."""

    about: str
    words: str
    notes: tuple[str, ...] = ()
    is_bad: bool = False


@dataclass(frozen=True)
class Summary:
    """`opened`: the compartments that were opened for it, for the ledger."""

    facts: list[SummaryLine]
    opened: list[str]


def summary_of(
    case: Case, actor: Actor, standing: Standing, *, with_name: bool, history: list[CaseDecision]
) -> Summary:
    """The top of the case page for who reads the case. `with_name`: the page shows who reported
    (cases/identity/shown.py). `history`: the decisions, the newest first. The texts are read in one query."""
    wanted = {Compartment.CONTENT, Compartment.PERPETRATOR}
    wanted |= {Compartment.IDENTITY} if with_name else set()
    wanted |= {Compartment.FILE} if standing.may("case.file") else set()
    keys = {compartment: key_of(case, compartment, actor) for compartment in sorted(wanted & standing.keys)}
    sealed = sealed_in(case.id, list(keys), [ANSWERS, KNOWN_AS])
    given: dict[str, Any] = {}
    for compartment, key in keys.items():
        if compartment != Compartment.FILE:
            given |= raw_answers(case.report, key, sealed.values())
    names = _names(keys.get(Compartment.FILE), sealed)
    facts = [*_people(case, given, names), _how_bad(case, given, history)]
    return Summary(facts, [str(compartment) for compartment in keys])


def _names(key: ContentKey | None, sealed: Mapping) -> list[str]:
    """What people who work the case wrote down of who did it."""
    return sorted(read_text(key, row) for row in sealed.values() if row.purpose == KNOWN_AS) if key else []


def _people(case: Case, given: Mapping[str, Any], names: list[str]) -> list[SummaryLine]:
    about = [subject_in_words(str(value)) for value in answers_meaning(Meaning.SUBJECT, given)]
    about += answers_meaning(Meaning.SUBJECT_NAME, given)
    name = next(iter(answers_meaning(Meaning.REPORTER_NAME, given)), "")
    named_later = _named_with_kind(case)
    if case.kind == "integrity":
        about += [named_later] if named_later and not about + names else []
        words, *others = [*dict.fromkeys([*about, *names]), _("Not said")]
        notes = [*others[:-1], *([_("Reported by %(name)s") % {"name": name}] if name else [])]
        return [SummaryLine(_("About whom"), words, tuple(notes))]
    code = _coded(case, given, Meaning.PERPETRATOR)
    typed = answers_meaning(Meaning.PERPETRATOR_NAME, given)
    doers = [*dict.fromkeys(filter(None, [code, *typed, *names, *about]))]
    by_whom = SummaryLine(_("By whom"), doers[0] if doers else _("Not said"), tuple(doers[1:]))
    return [_victim(case, given, name), *_other_reporter(given, name), by_whom]


def _other_reporter(given: Mapping[str, Any], name: str) -> list[SummaryLine]:
    """Who reported, where that is somebody else than who it happened to."""
    if not is_for_another(given):
        return []
    words = _("Messages go to the reporter. Care and safety are about who it happened to.")
    return [SummaryLine(_("Who reported"), name or _("Somebody else"), (words,))]


def _named_with_kind(case: Case) -> str:
    """That somebody was named when the case became one of another kind: the codes say so, and not who."""
    if case.kind == case.report.kind or case_codes(case).get("subject") != "given":
        return ""
    function = code_list("group")[case_codes(case)["group"]] if case.kind == "integrity" else None
    words = _("Named when the kind of the case changed")
    return f"{function}. {words}" if function else words


def _victim(case: Case, given: Mapping[str, Any], name: str) -> SummaryLine:
    """Who it happened to: the reporter, where they report for themselves, and else whose function they gave."""
    about = _("Who it happened to") if case.kind == "aggression" else _("Who was put under pressure")
    function = _coded(case, given, Meaning.REPORTER_FUNCTION)
    role = next(iter(answers_meaning(Meaning.REPORTER_ROLE, given)), "")
    if role == "self":
        words, note = name or function or _("The reporter"), function if name else ""
        return SummaryLine(about, words, tuple(filter(None, [note, _("Reported it themselves")])))
    notes = [_("Reported by %(name)s") % {"name": name}] if name and not is_for_another(given) else []
    if role:
        notes.append(_("The reporter chose: %(role)s") % {"role": _coded(case, given, Meaning.REPORTER_ROLE)})
    return SummaryLine(about, function or _("Not said"), tuple(notes))


def _how_bad(case: Case, given: Mapping[str, Any], history: list[CaseDecision]) -> SummaryLine:
    weighed = last_weighed(case, history)
    danger = next(iter(answers_meaning(Meaning.DANGER, given)), "")
    safety = last_said(case, danger, history)
    notes = []
    if safety.since:
        words = _("Recorded as safe on %(moment)s") if safety.is_safe else _("Recorded as not safe on %(moment)s")
        notes.append(words % {"moment": date_format(localtime(safety.since), "j F Y, H.i")})
    elif safety.is_safe is None and case.reopened_on and case.is_open and case.protocol.on_danger:
        notes.append(_("Since the case opened again nobody recorded whether it is safe"))
    if weighed:
        notes.append(_("Weighed on %(day)s") % {"day": date_format(localtime(weighed.done_at), "j F Y")})
    if danger:
        notes.append(_("Safe when reporting: %(answer)s") % {"answer": _coded(case, given, Meaning.DANGER)})
    severity = given.get("severity")
    if severity and severity not in NOT_SAID:
        notes.append(_("The reporter found it: %(severity)s") % {"severity": code_list("severity")[str(severity)]})
    words = weighed.label if weighed else _("Not weighed yet")
    about = _("What the weighing came to") if case.kind == "integrity" else _("How bad")
    return SummaryLine(about, words, tuple(notes), is_bad=safety.is_safe is False)


def _coded(case: Case, given: Mapping[str, Any], meaning: Meaning) -> str:
    """A chosen answer in words; empty where nothing was chosen. A case that became one of another kind has the answers to the
    questions of the kind that was reported, and what was said when its kind changed."""
    asked = questions_of(case.report).asked(case.report.kind)
    chosen = [(question.codes, str(given.get(question.id, ""))) for question in asked if question.means == meaning]
    if meaning in SAID_WITH_KIND and case.kind != case.report.kind:
        codes = SAID_WITH_KIND[meaning]
        chosen.append((codes, case_codes(case).get(codes, "")))
    words = [str(code_list(codes)[code]) for codes, code in chosen if code and code not in NOT_SAID]
    return next(iter(words), "")
