"""Whether the rule files of the figures can be used: asked by `manage.py check`.

A mistake in them is an error of the check and of the figures' own pages. It never keeps the site from starting, nor
anybody from reporting.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import Error, register

from organisations.rule_files import BadRules


@register("rules")
def rule_files_can_be_used(app_configs: Any, **kwargs: Any) -> list[Error]:
    """One error for each mistake, with its file and line."""
    mistakes: dict[str, None] = {}
    for read in _readers():
        try:
            read()
        except BadRules as error:
            mistakes |= dict.fromkeys(str(error).splitlines())
    return [Error(mistake, id="monitor.E001") for mistake in mistakes]


def _readers() -> Iterator[Callable[[], object]]:
    """What reads each rule file. Imported here, so that a start does not load what counts and draws."""
    from monitor.editions.profiles import profile_indicators
    from monitor.pages.method import worked_example
    from monitor.rules import calendar, catalogue, factsheets, indicators, terms

    yield from (catalogue.catalogue, indicators.indicators, profile_indicators, factsheets.survey)
    yield from (factsheets.factsheets, calendar.release_calendar, terms.hard_words, worked_example)
