"""Whether a typed name means somebody at work: a table of right answers, and variations nobody thought of."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from organisations.access import names
from organisations.access.names import KnownAs, Likeness, Surname, alike, mention

PAIRS = Path(__file__).with_name("name_pairs.yaml")
