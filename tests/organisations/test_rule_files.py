"""One loader for all rule files: what is wrong comes with file and line."""

import pytest
from pydantic import BaseModel, ConfigDict, model_validator

from organisations.rule_files import ROOT, BadRules, WrongRule, read_rules


class Deadline(BaseModel):
    model_config = ConfigDict(extra="forbid")
    days: int
    steps: list[str] = []


class Deadlines(BaseModel):
    first: str
    deadlines: dict[str, Deadline]

    @model_validator(mode="after")
    def _starts(self) -> "Deadlines":
        if self.first not in self.deadlines:
            raise WrongRule(f"there is no deadline {self.first!r}", "first")
        return self


GOOD = """\
# A comment.
first: receipt
deadlines:
  receipt: {days: 7}
  answer:
    days: 90
    steps: [read,
      write]
"""


@pytest.mark.parametrize(
    ("was", "becomes", "line", "words"),
    [
        ("days: 90", "days: ninety", 6, "deadlines.answer.days: Input should be a valid integer"),
        ("days: 90", "dais: 90", 6, "deadlines.answer.dais: Extra inputs are not permitted"),
        ("days: 90", "dais: 90", 5, "deadlines.answer.days: Field required"),
        ("write]", "{a: b}]", 8, "deadlines.answer.steps.1: Input should be a valid string"),
        ("first: receipt", "first: nothing", 2, "first: there is no deadline 'nothing'"),
        ("  answer:", "  receipt:", 5, "the key 'receipt' stands twice"),
        ("{days: 7}", "{days: 7", 5, "did not find expected"),
        ("first: receipt\n", "", 1, "first: Field required"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path, was, becomes, line, words):
    path = tmp_path / "deadlines.yaml"
    path.write_text(GOOD)
    assert read_rules(path, Deadlines).deadlines["receipt"].days == 7
    assert was in GOOD
    path.write_text(GOOD.replace(was, becomes))
    with pytest.raises(BadRules) as refused:
        read_rules(path, Deadlines)
    assert any(
        mistake.startswith(f"{tmp_path.name}/deadlines.yaml:{line}: ") and words in mistake
        for mistake in str(refused.value).splitlines()
    ), refused.value


def test_every_mistake_of_a_file_is_told_at_once(tmp_path):
    path = tmp_path / "deadlines.yaml"
    path.write_text("a: {days: x}\nb: {days: y}\n")
    with pytest.raises(BadRules) as refused:
        read_rules(path, dict[str, Deadline])
    assert [mistake.split(": ")[0][-2:] for mistake in str(refused.value).splitlines()] == [":1", ":2"]


def test_a_file_that_is_not_there_or_is_no_mapping_is_refused_by_name(tmp_path):
    with pytest.raises(BadRules, match=r"nothing\.yaml: .*No such file"):
        read_rules(tmp_path / "nothing.yaml", Deadlines)
    (tmp_path / "empty.yaml").write_text("")
    with pytest.raises(BadRules, match=r"empty\.yaml:1: "):
        read_rules(tmp_path / "empty.yaml", Deadlines)


def test_a_file_of_the_product_is_named_from_its_root():
    with pytest.raises(BadRules, match=r"^organisations/codes\.yaml:"):
        read_rules(ROOT / "organisations/codes.yaml", Deadlines)


def test_no_file_is_read_past_the_loader():
    apps = [path for path in ROOT.iterdir() if (path / "apps.py").is_file()]
    files = [file for app in apps for file in app.rglob("*.py") if file.name != "rule_files.py"]
    assert len(files) > 100
    assert [str(file) for file in files if "import yaml" in file.read_text() or "from yaml" in file.read_text()] == []
