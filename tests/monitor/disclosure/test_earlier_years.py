"""Years that were published with other code lists: what they say of the cells of today is true, and proof and method read
it alike."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.disclosure.history import PublishedYear, former_codes
from monitor.disclosure.proof.attacker import Book, Year, name_of
from organisations.codes import Code, CodeList, Replaced
from organisations.texts import Text

FORMER = [("p", None), ("a", "p"), ("b", "p"), ("q", None), ("c", "q"), ("d", "q"), ("e", None)]
LEAVES = ["a", "b", "c", "d", "e"]
NEW = st.sampled_from([*LEAVES, "x", "y", "z"])


@st.composite
def lists_of_today(draw) -> CodeList:
    """Leaves that stay, are renamed, merged, moved under another parent or made a parent, and new ones."""
    becomes = {leaf: draw(NEW) for leaf in LEAVES}
    replaced = {leaf: by for leaf, by in becomes.items() if by != leaf}
    replaced = {leaf: by for leaf, by in replaced.items() if by not in replaced}
    leaves = {replaced.get(leaf, leaf) for leaf in LEAVES} | set(draw(st.lists(st.sampled_from(["v", "w"]))))
    gone = st.sampled_from([None, "p", "q", *sorted(set(LEAVES) - leaves)])
    parents = {leaf: draw(gone) for leaf in sorted(leaves)}
    codes = [Code(group, Text(group)) for group in sorted({parent for parent in parents.values() if parent})]
    codes += [Code(leaf, Text(leaf), parent) for leaf, parent in parents.items()]
    return CodeList(
        "group", Text(""), tuple(codes), 2, {former: Replaced(former, by, 2) for former, by in replaced.items()}
    )


def book(codes: list[list], replaced: dict[str, str], larger: dict[str, int]) -> Book:
    margins = {"default": 2, "larger": {"group": larger}}
    dimensions = {"group": codes}
    parts = {"relations": {}, "links": {}, "replaced": {"group": replaced}}
    return Book({"base": 5, "tables": {}, "dimensions": dimensions, "margins": margins} | parts)


@given(
    lists_of_today(),
    st.lists(st.integers(0, 30), min_size=5, max_size=5),
    st.sets(st.sampled_from([*LEAVES, "p", "q"])),
)
def test_what_an_earlier_year_says_of_a_code_of_today_is_true_and_read_alike_twice(today, counts, shown):
    then = book(FORMER, {}, {"e": 4})
    of_leaf = dict(zip(LEAVES, counts, strict=True))
    count = {
        code: sum(of_leaf[leaf] for leaf, above in FORMER if leaf in of_leaf and code in (leaf, above))
        for code, _ in FORMER
    }
    values = {name_of({"group": code}): 5 * round(count[code] / 5) for code in shown}
    windows = {(("group", code),): then.window(f"group={code}", values[f"group={code}"]) for code in shown}
    year = PublishedYear({"reports": windows}, {"group": former_codes(today, FORMER)})
    replaced = {former: replacement.by for former, replacement in today.replaced.items()}
    proven = Year(book([[code.id, code.parent] for code in today.codes], replaced, {}), then, {"reports": values})
    for code in today.codes:
        window = year.window("reports", (("group", code.id),))
        assert window == proven.window("reports", f"group={code.id}")
        leaves = {leaf.id for leaf in today.leaves if code.id in (leaf.id, leaf.parent)}
        true = sum(number for leaf, number in of_leaf.items() if today.today(leaf) in leaves)
        if window is not None:
            assert window[0] <= true <= window[1]
        else:
            assert len(shown) < len(FORMER), "everything was published"
