"""The code lists of a report (codes.yaml), in the one registry of organisations.codes."""

from pathlib import Path

from organisations.codes import register_code_lists

register_code_lists(Path(__file__).with_name("codes.yaml"))

NOT_GIVEN = "not_given"

# Functions that only one layer of government has; all other groups occur in every layer. The proof of the figures
# relies on that.
EXCLUSIVE_GROUPS: dict[str, tuple[str, ...]] = {
    "municipality": ("mayor", "alderman", "council_member"),
    "province": ("kings_commissioner", "provincial_executive", "provincial_member"),
    "water_authority": ("dike_reeve", "water_executive", "water_assembly_member"),
}

# The leader of a political group counts as a member of the assembly in which the group sits (docs/domain.md#code-lists).
_MEMBERS = {
    "municipality": "council_member",
    "province": "provincial_member",
    "water_authority": "water_assembly_member",
}

# The group of the figures to which each disposition belongs (docs/domain.md#dispositions). Only cases about safety end
# in a response_*.
OUTCOME_OF_DISPOSITION = {
    "unfounded": "not_founded",
    "not_established": "not_founded",
    "founded_no_measure": "founded_no_measure",
    "conversation": "informal",
    "apology_repair": "informal",
    "code_change": "informal",
    "training": "informal",
    "written_address": "political",
    "resign_secondary_post": "political",
    "group_measure": "political",
    "motion": "political",
    "statutory_power": "political",
    "hr_sanction": "employment",
    "repayment": "employment",
    "police_report": "criminal_civil",
    "civil_claim": "criminal_civil",
    "referral": "referred",
    "withdrawn": "withdrawn",
    "rehabilitation": "cleared",
    "response_talk": "response_talk",
    "response_letter": "response_letter",
    "response_ban": "response_ban",
    "response_none": "response_none",
}

# The most days of each code of lead_time. A case that takes more is "longer".
LEAD_TIME_DAYS = {"d7": 7, "d30": 30, "d90": 90, "d180": 180, "d365": 365}


def lead_time_of(days: int) -> str:
    """The code of lead_time for the days from registration to closing."""
    return next((code for code, most in LEAD_TIME_DAYS.items() if days <= most), "longer")


def counted_group(function: str, layer: str) -> str:
    """The code of `group` under which a function counts at an organisation of this layer. A function that the layer
    does not have counts as not_given."""
    if function == "group_leader":
        return _MEMBERS.get(layer, NOT_GIVEN)
    elsewhere = {group for other, groups in EXCLUSIVE_GROUPS.items() if other != layer for group in groups}
    return NOT_GIVEN if function in elsewhere else function
