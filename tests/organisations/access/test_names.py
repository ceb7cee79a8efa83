"""Whether a typed name means somebody at work: a table of right answers, and variations nobody thought of."""

from pathlib import Path

PAIRS = Path(__file__).with_name("name_pairs.yaml")
