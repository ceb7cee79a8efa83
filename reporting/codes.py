"""The code lists of a report (codes.yaml), in the one registry of organisations.codes."""

from pathlib import Path

from organisations.codes import load_code_lists

load_code_lists(Path(__file__).with_name("codes.yaml"))

# Which group of the figures each disposition belongs to (domain.md 1.5); safety cases end in a response_* of their own.
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
