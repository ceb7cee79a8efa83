"""Who may do what, said a second time and by hand. Whoever changes a policy.yaml changes this table too, and so sees what it
opens. What asks for a role and nothing else is said a second time in docs/domain.md#roles (tests/house/test_domain_page.py)."""

from organisations.access.policy import table

WORKS = ["handler", "case_officer"]
READS_FILE = [*WORKS, "co_reader"]
READS = [*READS_FILE, "adviser"]
EVERYBODY = [*READS, "support"]
CONTENT, PROCESS = "cases.read_content", "cases.follow_process"

# {action: what a rule asks; what is not named is not asked}
POLICY = {
    "case.add_file": {"permission": CONTENT, "relations": WORKS, "key": "file"},
    "case.concerned": {"permission": CONTENT, "relations": READS_FILE, "key": "file"},
    "case.conflict": {"permission": PROCESS, "relations": EVERYBODY},
    "case.connect": {"permission": CONTENT, "relations": WORKS, "key": "file", "open_only": True},
    "case.correct": {"permission": CONTENT, "relations": WORKS, "key": "file"},
    "case.agree": {"permission": CONTENT, "relations": READS_FILE, "key": "file"},
    "case.deadlines": {"permission": CONTENT, "relations": WORKS, "key": "file"},
    "case.decide": {"permission": CONTENT, "relations": WORKS, "key": "file"},
    "case.documents": {"permission": CONTENT, "relations": WORKS, "key": "file"},
    "case.evidence": {"permission": CONTENT, "relations": READS, "key": "content"},
    "case.export": {"permission": CONTENT, "relations": READS_FILE, "key": "file"},
    "case.file": {"permission": CONTENT, "relations": READS_FILE, "key": "file"},
    "case.follow": {"permission": PROCESS, "relations": EVERYBODY},
    "case.give": {"permission": CONTENT, "relations": READS_FILE, "key": "file", "open_only": True},
    "case.hand_over": {"permission": CONTENT, "relations": WORKS, "key": "file", "open_only": True},
    "case.note": {"permission": CONTENT, "relations": READS_FILE, "key": "file", "open_only": True},
    "case.original": {"permission": CONTENT, "relations": WORKS, "key": "file"},
    "case.read": {"permission": CONTENT, "relations": READS, "key": "content"},
    "case.redact": {"permission": CONTENT, "relations": READS_FILE, "key": "file"},
    "case.talk": {"permission": CONTENT, "relations": ["handler", "case_officer", "adviser"], "key": "content"},
    "complaint.act": {"relations": ["handler", "co_reader"], "key": "content", "open_only": True},
    "complaint.list": {"anyone_at_work": True, "compared": True, "own_parts": True},
    "complaint.read": {"relations": ["handler", "co_reader"], "key": "content"},
    "identity.answer": {"permission": CONTENT, "relations": READS_FILE, "key": "file"},
    "identity.ask": {"permission": CONTENT, "relations": WORKS, "key": "file", "open_only": True},
    "identity.consent": {"permission": CONTENT, "relations": ["adviser"], "key": "identity", "open_only": True},
    "identity.know": {"permission": CONTENT, "relations": ["adviser"], "key": "identity"},
    "quarantine.see": {"anyone_at_work": True, "compared": True, "own_parts": True},
    "relations.own": {"anyone_at_work": True, "own_parts": True},
    "work.list": {"anyone_at_work": True, "compared": True, "own_parts": True},
    "measures.list": {"anyone_at_work": True, "compared": True, "own_parts": True},
    "signal.concerned": {"relations": READS_FILE, "key": "file"},
    "signal.list": {"anyone_at_work": True, "compared": True, "own_parts": True},
    "work.divide": {"roles": ["coordinator"], "compared": True, "own_parts": True},
    "case.destroy": {"roles": ["archivist", "coordinator"], "compared": True},
    "care.view": {"roles": ["chair"], "compared": True},
}


def test_every_rule_asks_exactly_this():
    rules = {action: rule.model_dump(mode="json", exclude_unset=True) for action, rule in table().items()}
    rules = {action: rule for action, rule in rules.items() if set(rule) - {"own_parts"} != {"roles"}}
    assert {action: _sorted(rule) for action, rule in rules.items()} == {
        action: _sorted(rule) for action, rule in POLICY.items()
    }


def _sorted(rule: dict) -> dict:
    """The same rule, whatever the order of its lists."""
    return {name: sorted(value) if isinstance(value, list) else value for name, value in rule.items()}
