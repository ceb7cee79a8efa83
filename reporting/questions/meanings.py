"""What an answer means for the rest of the system: the key `means` of a question in questions.yaml.

Recusal, routing, marks, codes and cases ask for a meaning. None of them knows the id of a question.
"""

from enum import StrEnum


class Meaning(StrEnum):
    """What recusal, routing, care, the register or a page reads in an answer."""

    FORM = "form"  # what happened, as codes; the list that facts of this kind carry
    HEAVIEST = "heaviest"  # the one of these codes that is counted
    ACCOUNT = "account"  # what happened, in the reporter's words
    DANGER = "danger"  # whether the reporter is safe now
    INJURY = "injury"  # whether somebody was hurt, and how badly
    REPORTER_ROLE = "reporter_role"  # for whom somebody reports
    SUBJECT = "subject"  # a function, or a person, whom the report is about
    SUBJECT_NAME = "subject_name"  # the same, typed: somebody who is in no list
    PERPETRATOR = "perpetrator"  # what sort of person did it: one of us, or somebody from outside
    PERPETRATOR_NAME = "perpetrator_name"  # the name or account of who did it, as typed
    REPORTER_FUNCTION = "reporter_function"  # the function of the reporter or the target
    EXCLUDED = "excluded"  # people who may not handle the report
    ABOUT_READER = "about_reader"  # whether it is about somebody who would read it
    KNOWN_AS = "known_as"  # who may know the reporter's name
    REPORTER_NAME = "reporter_name"
    REPORTER_CONTACT = "reporter_contact"
    CALL_NUMBER = "call_number"  # where who is on duty can call a reporter in danger
    VOICEMAIL = "voicemail"  # whether words may be left there
    ALARM_NOW = "alarm_now"  # whether an alarm of an anonymous report may show its moment


EVERY_KIND = ("aggression", "integrity", "pressure")

# In which kinds of report a question of each meaning is asked.
ASKED_IN: dict[Meaning, tuple[str, ...]] = {
    **dict.fromkeys(Meaning, EVERY_KIND),
    **dict.fromkeys(
        (
            Meaning.DANGER,
            Meaning.PERPETRATOR,
            Meaning.PERPETRATOR_NAME,
            Meaning.REPORTER_FUNCTION,
            Meaning.CALL_NUMBER,
            Meaning.VOICEMAIL,
            Meaning.ALARM_NOW,
        ),
        ("aggression", "pressure"),
    ),
    Meaning.INJURY: ("aggression",),
}

REPEATED = frozenset({Meaning.SUBJECT})  # a report can be about several people, so several questions may ask
