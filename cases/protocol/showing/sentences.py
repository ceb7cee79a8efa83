"""A decision in sentences: what must come first, what must be there, from when, and by how many. The printed protocol is made
of them, so that the article says what the rule asks."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from cases.protocol.definitions import PHASE, RECEIPT, Decision, DoneBy, NotBefore, Protocol
from cases.protocol.engine import labels
from cases.protocol.kinds.deadline_kinds import deadline_kinds, unit_words
from cases.protocol.kinds.file_kinds import file_kinds
from cases.protocol.kinds.forms import JUDGES_STATE, POWER_STATE, message_forms, record_forms
from cases.protocol.kinds.papers import paper_kinds
from organisations.codes import code_list


def sentences(protocol: Protocol, decision: Decision) -> list[str]:
    """Everything that a decision asks, one sentence for each rule, in the language that is active. Empty for a decision that
    asks nothing."""
    said = [*_conditions(decision)]
    if decision.after:
        words = labels(protocol)
        said.append(_("Only after: %(acts)s.") % {"acts": ", ".join(f"“{words[act]}”" for act in decision.after)})
    if decision.not_before:
        said.append(earliest(protocol, decision.not_before))
    if decision.form:
        said.append(
            {"weighing": _("The weighing is recorded."), "power": _("A power of the law is named.")}[decision.form]
        )
    said += _proofs(decision.done_by)
    if decision.because:
        said.append(_("The reason is written down."))
    if decision.done_by.other_person:
        said.append(_("Two people decide this."))
    for track, states in decision.other_person_when.items():
        said.append(_("Two people decide this while %(where)s.") % {"where": _where(protocol, track, states)})
    for outcome, wanted in decision.outcome_when.items():
        where = _(" and ").join(_where(protocol, track, states) for track, states in wanted.items())
        words = {"outcome": str(code_list("disposition")[outcome]), "where": where}
        said.append(_("The outcome “%(outcome)s” only where %(where)s.") % words)
    if decision.does:
        words = labels(protocol)
        said.append(_("This also does: %(acts)s.") % {"acts": ", ".join(f"“{words[act]}”" for act in decision.does)})
    if decision.at_most:
        said.append(_("At most %(count)d times.") % {"count": decision.at_most})
    if decision.again:
        said.append(_("It can be decided again as long as the case runs."))
    return said


def _where(protocol: Protocol, track: str, states: list[str]) -> str:
    beside = {
        (JUDGES_STATE, "body"): _("a body judges the person concerned"),
        (JUDGES_STATE, "employer"): _("the employer judges the person concerned"),
        (POWER_STATE, "some"): _("the law gives a power against the person concerned"),
    }
    if track not in protocol.tracks:
        return _(" or ").join(beside[track, state] for state in states)
    titles = _(" or ").join(f"“{protocol.title_of(state, track)}”" for state in states)
    return _("“%(track)s” is: %(states)s") % {"track": protocol.tracks[track].title, "states": titles}


def _conditions(decision: Decision) -> list[str]:
    words = {
        "subject": _("Only where the report is about somebody."),
        "no_subject": _("Only where the report is about nobody."),
        "known_reporter": _("Only where it is known who the reporter is."),
        "wants_to_stop": _("Only when the reporter asked to stop."),
        "pressure": _("Only in a case of improper pressure."),
        "body_judges": _("Not where it is about an official: the employer judges them."),
        "employer_judges": _("Not where it is about a political office-holder: a body judges them."),
        "measure_runs": _("Only while a measure against somebody from outside runs."),
    }
    return [words[condition] for condition in decision.needs]


def _proofs(done_by: DoneBy) -> list[str]:
    said = []
    if done_by.read:
        said.append(_("Who does this has read the report."))
    if done_by.reporter:
        said.append(_("The reporter does this in the mailbox; nobody does it for them."))
    if done_by.message:
        message = message_forms()[done_by.message]
        said.append(_("The reporter gets a message with it: %(about)s.") % {"about": message.about})
        if message.remedy is not None:
            said.append(_("It also says what the reporter can do next."))
    if done_by.record:
        said.append(_("Recorded is: %(what)s.") % {"what": str(record_forms()[done_by.record].label).rstrip("?")})
    if done_by.document:
        papers = _(" or ").join(str(paper_kinds()[kind].label) for kind in done_by.document)
        said.append(_("A paper went out, and the day is recorded: %(papers)s.") % {"papers": papers})
    if done_by.file is not None:
        said.append(_("A paper is in the file: %(paper)s.") % {"paper": done_by.file})
        if done_by.file_kinds:
            kinds = _(" or ").join(f"“{file_kinds().kinds[kind].label}”" for kind in done_by.file_kinds)
            said.append(_("That file is of the kind %(kinds)s.") % {"kinds": kinds})
    if done_by.person is not None:
        said.append(_("Also recorded: %(what)s.") % {"what": done_by.person.label})
    return said


def earliest(protocol: Protocol, term: NotBefore) -> str:
    """From when a decision can be taken, and so why it has to wait."""
    length, unit = term.length, term.unit
    if term.deadline:
        kind = deadline_kinds()[term.deadline]
        length, unit = protocol.deadline_lengths.get(term.deadline, kind.length), kind.unit
    words = {"length": f"{length} {unit_words(unit, length)}"}
    if term.after == RECEIPT:
        said = _("Not earlier than %(length)s after the report came in") % words
    elif term.after == PHASE:
        said = _("Not earlier than %(length)s after this step began") % words
    elif term.after in labels(protocol):
        said = _("Not earlier than %(length)s after “%(act)s”") % {**words, "act": labels(protocol)[term.after]}
    else:
        said = _("Not earlier than %(length)s after the reporter asked it") % words
    if term.unless:
        ends = _(" or ").join(f"“{end}”" for end in record_forms()[term.unless].ends.values())
        sooner = _(", or as soon as it is recorded for everybody: %(ends)s") % {"ends": ends}
        said += sooner
    return capfirst(said) + "."
