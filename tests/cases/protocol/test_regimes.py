"""Which schemes a report falls under."""

import pytest

from cases.protocol.regimes import regimes, regimes_of
from organisations.access.routing import rules
from organisations.codes import code_list


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ({"kind": "integrity", "row": "alderman", "integrity_type": "nepotism"}, {"protocol_pa", "wbk"}),
        ({"kind": "integrity", "row": "employee", "integrity_type": "fraud"}, {"hr", "wbk", "criminal"}),
        ({"kind": "integrity", "row": "registrar", "integrity_type": "bullying"}, {"hr", "wbk", "undesirable_behaviour"}),
        ({"kind": "aggression", "aggression_form": "threat", "perpetrator": "resident"}, {"safety", "criminal"}),
        ({"kind": "aggression", "aggression_form": "insult", "perpetrator": "official"}, {"safety", "undesirable_behaviour"}),
        ({"kind": "pressure", "pressure_form": "P4", "row": "pressure"}, {"criminal", "safety"}),
        ({"kind": "pressure", "pressure_form": "P1", "row": "pressure"}, set()),
    ],
)  # fmt: skip
def test_a_report_carries_the_schemes_that_it_falls_under(codes, expected):
    assert set(regimes_of(codes)) == expected


def test_every_code_that_a_regime_looks_at_exists():
    for regime in regimes().values():
        for condition in regime.when:
            for name, wanted in condition.items():
                known = set(rules().by_subject) | set(rules().by_kind) if name == "row" else None
                for code in wanted:
                    assert code in (known or code_list(name)), (name, code)
