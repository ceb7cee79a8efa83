"""What a decision leads to, before it is taken and just after, in words: of `foreseen.py`, with which the effects do it."""

from collections.abc import Iterable, Mapping

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cases.deciding.foreseeing.foreseen import Foreseen, foresee
from cases.desk.two_people import lapsing
from cases.models import Case, CaseDecision, Deadline
from cases.parties.bundles import READABLE_AFTER
from cases.protocol.definitions import Decision, DoneBy
from cases.protocol.engine import Option, Situation, in_place, options
from cases.protocol.kinds.deadline_kinds import deadline_kinds, unit_words
from cases.protocol.kinds.forms import record_forms
from cases.protocol.kinds.papers import paper_kinds
from cases.reception.list import OUTSIDER_TOLD
from organisations.models import Person
from reporting.dialogue.progress import progress_words

_COUNTS = {
    "report": gettext_lazy("From then on the report counts in the register."),
    "outcome": gettext_lazy("From then on the outcome counts in the figures."),
}


def consequences_of(
    case: Case,
    code: str,
    now_is: Situation,
    deadlines: Iterable[Deadline],
    answers: Mapping[str, str] | None = None,
) -> list[str]:
    """What follows when this decision is taken now, in words: all of :func:`foresee`, what is sent, and what is kept. `deadlines`
    as there. `answers`: what was answered on its page ({question: code}); None where nobody answered yet."""
    option = _option(case, code, now_is)
    if option is None:
        return []
    rule, found = option.decision, foresee(case, option, now_is, deadlines)
    told = [_("The reporter gets the text in the mailbox.")] if rule.done_by.message else []
    if rule.tell:
        told.append(_("The reporter reads in the mailbox: “%(what)s”") % {"what": progress_words()[rule.tell]})
    kept = proofs(rule.done_by)
    if kept:
        told.append(_("The file keeps: %(what)s.") % {"what": ", ".join(kept)})
    if found.counts:
        told.append(str(_COUNTS[found.counts]))
    return [
        *told,
        *_step(case, found),
        *_beside_the_step(case, rule, found),
        *_deadlines(case, found),
        *_by_answer(case, found, answers),
    ]


def proofs(done_by: DoneBy) -> list[str]:
    """What shows that a decision was done, beside the text to the reporter, in words."""
    shown = []
    if done_by.record:
        shown.append(f"“{record_forms()[done_by.record].label}”")
    if done_by.document:
        shown.append(_("which letter went out, when and how"))
    if done_by.file is not None:
        shown.append(f"“{done_by.file}”")
    if done_by.person is not None:
        shown.append(f"“{done_by.person.label}”")
    return shown


def done_in_words(made: CaseDecision, *, by: Person) -> str:
    """What was decided, with its proof, for who decided it or agreed to it."""
    rule = made.case.protocol.rule_of(made.code)
    words = _("You recorded: “%(deed)s”.")
    if made.agreed_by_id:
        agreed = made.agreed_by_id == by.id
        words = _("You agreed to: “%(deed)s”. It is decided.") if agreed else _("Two people decided: “%(deed)s”.")
    said = [words % {"deed": made.label}]
    if rule is not None:
        if kept := proofs(rule.done_by):
            said.append(_("The file keeps: %(what)s.") % {"what": ", ".join(kept)})
        if rule.done_by.message:
            said.append(_("The reporter has the text in the mailbox."))
    return " ".join(said)


def papers_of(rule: Decision, kind: str) -> list[tuple[str, str]]:
    """(code, words) of the documents of which one shows that a decision was done, in a case of this kind."""
    papers = [(code, paper_kinds()[code]) for code in rule.done_by.document]
    return [(code, str(paper.label)) for code, paper in papers if kind in paper.kinds and not paper.record]


def _option(case: Case, code: str, now_is: Situation) -> Option | None:
    """The decision as it stands where the case is, or would stand if it could be taken; None where the protocol has no such
    decision."""
    protocol = case.protocol
    if option := next((one for one in options(protocol, now_is) if one.code == code), None):
        return option
    for name, track in protocol.tracks.items():
        for state in track.states.values():
            if code in state.decisions:
                return Option(code, state.decisions[code], anytime=True, track=name)
    if rule := case.phase_data.decisions.get(code) or protocol.anytime.get(code) or protocol.after_closing.get(code):
        return Option(code, rule, anytime=False)
    elsewhere = next((phase.decisions[code] for phase in protocol.phases.values() if code in phase.decisions), None)
    return Option(code, in_place(protocol, elsewhere), anytime=True) if elsewhere else None


def _step(case: Case, found: Foreseen) -> list[str]:
    """Where the case goes, and what is asked there."""
    phase = case.protocol.phases[found.following]
    if found.following == case.phase:
        return [_("The case stays in the step “%(step)s”.") % {"step": phase.title}]
    if phase.final:
        return [_("The case closes: “%(step)s”. What comes after closing is still kept in it.") % {"step": phase.title}]
    after = f" {phase.now}" if phase.now else ""
    words = (
        _("The case opens again, in the step “%(step)s”.")
        if found.reopens
        else _("The case goes to the step “%(step)s”.")
    )
    return [words % {"step": phase.title} + after]


def _beside_the_step(case: Case, rule: Decision, found: Foreseen) -> list[str]:
    """Tracks, records, other cases and people that change with it."""
    told = _tracks(case, found.tracks)
    forms = record_forms()
    for name, came_to in found.ends.items():
        words = (
            _("What runs of “%(what)s” ends: %(how)s.")
            if rule.done_by.person is None
            else _("What runs of “%(what)s” about the person whom you name ends: %(how)s.")
        )
        told.append(words % {"what": forms[name].label, "how": forms[name].in_words(came_to)})
    form = forms.get(rule.done_by.record)
    if form is not None and form.renews and form.about:
        told.append(_("What it renews gets the last day and the day of review that you give."))
    if rule.done_by.record == OUTSIDER_TOLD:
        told.append(_("If it is a ban, the reception reads from then on who may not come where, and until when."))
    if found.closes and (together := case.joined.filter(closed_on=None).count()):
        told.append(
            ngettext(
                "The case that is handled together with this one closes too.",
                "The %(count)d cases that are handled together with this one close too.",
                together,
            )
            % {"count": together}
        )
    if found.closes and lapsing(case):
        told.append(_("What waits for a second person lapses."))
    if found.closes and (pages := case.bundles.filter(ended_on=None).count()):
        words = ngettext(
            "The papers page of one person says that the case ended, and closes at the latest on %(day)s.",
            "The papers pages of %(count)d people say that the case ended, and close at the latest on %(day)s.",
            pages,
        )
        last = timezone.localdate() + READABLE_AFTER
        told.append(words % {"count": pages, "day": date_format(last, "j F Y")})
    if found.brings_new:
        told.append(_("Somebody who decided nothing in this case comes, if anybody is free."))
    return told


def _tracks(case: Case, tracks: Mapping[str, str]) -> list[str]:
    known, words = case.protocol.tracks, _("“%(track)s” becomes: %(state)s.")
    return [words % {"track": known[name].title, "state": known[name].states[to].title} for name, to in tracks.items()]


def _deadlines(case: Case, found: Foreseen) -> list[str]:
    kinds, told = deadline_kinds(), []
    for codes, words in (
        (found.met, _("This deadline is met: %(what)s.")),
        (found.met_by_last, _("This deadline is met once everybody whom it is about was told: %(what)s.")),
        (found.met_of_named, _("This deadline is met for what you name: %(what)s.")),
        (found.waived, _("This is no longer asked: %(what)s.")),
        (found.stops, _("This deadline stops: %(what)s.")),
        (found.goes_on, _("This deadline goes on after closing: %(what)s.")),
        (found.rests, _("This deadline rests meanwhile: %(what)s.")),
        (found.runs_again, _("This deadline runs again: %(what)s.")),
        (found.maybe_sooner, _("This deadline may end sooner: %(what)s.")),
    ):
        told += [words % {"what": kinds[code].label} for code in codes]
    told += [_begins(case, code) for code in found.begins]
    return told


def _by_answer(case: Case, found: Foreseen, answers: Mapping[str, str] | None) -> list[str]:
    """What each answer adds; of answers that were given only what these add."""
    told = []
    for one in found.by_answer:
        added = [*_tracks(case, one.tracks), *(_begins(case, code) for code in one.begins)]
        if answers is not None:
            told += added if answers.get(one.asked[0]) == one.asked[1] else []
            continue
        if one.question:
            words = _("If you answer “%(answer)s” to “%(question)s”:") % {
                "answer": one.answer,
                "question": one.question,
            }
        else:
            words = _("If you choose “%(answer)s”:") % {"answer": one.answer}
        told.append(" ".join([words, *added]))
    return told


def _begins(case: Case, code: str) -> str:
    kind = deadline_kinds()[code]
    length = case.protocol.deadline_lengths.get(code, kind.length)
    term = unit_words(kind.unit, length)
    how_long = term if kind.unit == "meeting" else f"{length} {term}"
    return _("A deadline begins: %(what)s, %(length)s.") % {"what": kind.label, "length": how_long}
