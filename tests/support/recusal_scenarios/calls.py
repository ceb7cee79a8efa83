"""The calls of recusal in the product."""

import ast
from pathlib import Path

# Every call of these in the product is left out by one of the mutations, or stands here with why it is not.
CALLS = {
    "weigh", "hear", "end_parts", "barred_among", "hidden_cases", "is_barred", "bars_of", "somebody_is_barred",
    "barred_from_any", "barred_in_each", "barred_ones", "keep_out", "judged", "judge_people", "compare", "compare_again", "had_before",
    "recuse", "suspend", "related_to", "declared_others", "related_among", "beside", "is_compared", "comparisons_due",
    "wait_until_compared", "promise_end", "called_by_alarm", "may_mean", "keep_out_beside", "is_free", "named_people",
    "keep_out_who_works_there", "lifted_among", "still_back", "bar_alike", "belonging", "named_apart", "is_out",
}  # fmt: skip


METHODS = {"judged", "may_mean"}  # of what was said in a case: whatever it is called there


def calls_of_recusal() -> set[tuple[str, str, str]]:
    """(module, name, function) of every call of recusal in the product."""
    found = set()
    root = Path(__file__).parents[3]
    for app in ("organisations", "reporting", "cases", "care"):
        for path in (root / app).rglob("*.py"):
            module = ".".join(path.relative_to(root).with_suffix("").parts)
            for function in ast.walk(ast.parse(path.read_text())):
                if isinstance(function, ast.FunctionDef):
                    found |= {(module, name, function.name) for name in _called(function)}
    return found


def _called(function: ast.FunctionDef) -> set[str]:
    names = set()
    for call in ast.walk(function):
        if isinstance(call, ast.Call):
            match call.func:
                case ast.Name(name) | ast.Attribute(ast.Name("bars"), name) if name in CALLS:
                    names.add(name)
                case ast.Attribute(_, name) if name in METHODS:
                    names.add(name)
    return names
