"""Every text of a rule file that a catalogue of messages must have: found by reading the files as the product does."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_TEXTS = {"policy.yaml", "routing.yaml", "facts.yaml", "numbers.yaml", "calendar.yaml", "example.yaml"}
WITHOUT_TEXTS |= {"floor.yaml"}
WITHOUT_TEXTS |= {"legal_sources.yaml"}  # sources are cited in Dutch everywhere
WITHOUT_TEXTS |= {"names.yaml", "sanctions.yaml", "spoken.yaml"}  # words of texts that are read, shown to nobody
WITHOUT_TEXTS |= {"entitlements.yaml", "subordination.yaml"}  # codes only
WITHOUT_TEXTS |= {"free_texts.yaml"}  # names of columns and acts, with notes for developers


def rule_texts() -> dict[tuple[str, str], None]:
    """{(context, Dutch)} in the order of the files. Raises ValueError for a rule file that no reader below reads."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weerbaar.settings")
    os.environ.setdefault("WEERBAAR_MODE", "test")
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    import django

    django.setup()
    from organisations import rule_files
    from organisations.texts import noted_texts

    with noted_texts() as noted, rule_files.noted_files() as files:
        for read in _readers():
            getattr(read, "__wrapped__", read)()
    apps = [app for app in ROOT.iterdir() if (app / "apps.py").is_file() and app.name != "weerbaar"]
    every = {file for app in apps for file in app.rglob("*.yaml") if file.name not in WITHOUT_TEXTS}
    if left := every - set(files):
        raise ValueError(f"docs/lint/rule_texts.py reads no {', '.join(str(file.relative_to(ROOT)) for file in left)}")
    return noted


def _readers() -> Iterator[Callable[[], object]]:
    from cases.documents import kinds
    from cases.identity.rules import identity_rules
    from cases.masking.grounds import grounds
    from cases.protocol import after_closing, composition, installed, regimes
    from cases.protocol.checking import contradictions
    from cases.protocol.kinds import deadline_kinds, decision_questions, file_kinds, forms, parts, rights
    from monitor.editions.profiles import profile_indicators
    from monitor.rules import catalogue, factsheets, indicators, terms
    from organisations import codes
    from organisations.administration.profile import layers
    from organisations.people.help_lines import help_lines
    from reporting.complaints.kinds import complaint_kinds
    from reporting.dialogue.progress import progress_words
    from reporting.form import advice
    from reporting.questions import own, questions

    for app in ("organisations", "reporting"):
        yield lambda app=app: codes.load_code_lists(ROOT / app / "codes.yaml")
    yield from (
        layers,
        help_lines,
        progress_words,
        complaint_kinds,
        advice._all,
        questions.questionnaire,
        own.why_asked,
    )
    yield from (
        kinds._all_of_file,
        kinds.offences,
        identity_rules,
        grounds,
        decision_questions.decision_questions,
        deadline_kinds.deadline_kinds,
        forms.record_forms,
        forms.message_forms,
        after_closing.after_closing,
        contradictions.contradictions,
        file_kinds.file_kinds,
        rights.rights,
        parts.parts,
    )
    yield from (forms.record_forms, forms.message_forms, regimes.regimes, composition.protocol_templates)
    for template in composition.protocol_templates():
        for version in ("", *composition.kept_versions(template)):
            yield lambda template=template, version=version: composition.template_of.__wrapped__(template, version)
            yield lambda template=template, version=version: composition.blocks.__wrapped__(template, version)
    yield from (composition.examples, installed.earlier)
    yield from (catalogue.catalogue, indicators.indicators, profile_indicators, factsheets.survey)
    yield from (factsheets.factsheets, terms.hard_words)
