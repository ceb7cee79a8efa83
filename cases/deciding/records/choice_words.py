"""The rules between the answers to a record, and between an answer and the case, in words."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from cases.deciding.records.beside_tracks import BESIDE_TRACKS
from cases.models import Case
from cases.protocol.kinds.forms import OF_REPORT, RecordField
from organisations.codes import code_list


def only_when_in_words(fields: Mapping[str, RecordField], asked: RecordField, on_page: Collection[str] = ()) -> str:
    """With which answers to another field this one may be filled in; empty where it always may. `on_page`: the fields that a page
    asks, and so may name; without any all of them."""
    said = []
    for other, answers in asked.only_when.items():
        if on_page and other not in on_page:
            continue
        chosen = _(" or ").join(f"“{fields[other].choices[answer]}”" for answer in answers)
        said.append(
            _("Fill this in only where you choose %(answers)s at “%(question)s”.")
            % {"answers": chosen, "question": fields[other].label}
        )
    return " ".join(said)


def choice_with(
    fields: Mapping[str, RecordField], asked: RecordField, answer: str, on_page: Collection[str] = ()
) -> str:
    """With which other answers a choice goes, in words; empty where with all. `on_page` as for :func:`only_when_in_words`."""
    said = []
    for other, answers in asked.choose_with.get(answer, {}).items():
        if on_page and other not in on_page:
            continue
        chosen = _(" or ").join(f"“{fields[other].choices[one]}”" for one in answers)
        words = {"choice": asked.choices[answer], "answers": chosen, "question": fields[other].label}
        said.append(_("“%(choice)s” only goes with %(answers)s at “%(question)s”.") % words)
    return " ".join(said)


def choice_rule(case: Case, asked: RecordField, answer: str) -> str:
    """In which states of the case a choice is true, in words; empty where it always is."""
    said = []
    for track, states in asked.choose_when.get(answer, {}).items():
        if track in BESIDE_TRACKS:
            said += [str(BESIDE_TRACKS[track][state]) for state in states]
        elif track in OF_REPORT:
            said.append(_of_report(track, states))
        elif track in case.protocol.tracks:
            of_track = case.protocol.tracks[track].states  # an earlier version may lack one
            titles = _(" or ").join(
                f"“{case.protocol.title_of(state, track)}”" for state in states if state in of_track
            )
            said.append(
                _("“%(track)s” is: %(states)s") % {"track": case.protocol.tracks[track].title, "states": titles}
            )
    if not said:
        return ""
    return _("Choose “%(choice)s” only where %(rule)s.") % {
        "choice": asked.choices[answer],
        "rule": _(" and ").join(said),
    }


def _of_report(name: str, codes: Collection[str]) -> str:
    """Which codes of a list the report must have, in words: those, or where they are most of the list, which it has not."""
    known = code_list(name)
    others = [leaf.id for leaf in known.leaves if leaf.id not in codes]
    is_most = len(others) < len(codes)
    chosen = _(" or ").join(f"“{known[code]}”" for code in (others if is_most else codes))
    words = {"list": known.label, "codes": chosen}
    return (_("the report does not say %(codes)s") if is_most else _("the report says %(codes)s")) % words
