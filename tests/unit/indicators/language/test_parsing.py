"""Text → tree → text, and what the language has no word for."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.indicators.language.nodes import (
    Arithmetic,
    Call,
    Comparison,
    IsMissing,
    Junction,
    Key,
    Name,
    Negative,
    Node,
    Not,
    Number,
    OneOf,
    Text,
    Truth,
)
from services.indicators.language.parsing import Refused, parse
from services.indicators.language.printing import printed

NAMES = st.sampled_from(["a", "due_at", "level_3", "x9"])
LEAVES: st.SearchStrategy[Node] = st.one_of(
    NAMES.map(Name),
    st.decimals(0, 10**12, places=2).map(abs).map(Number),
    st.text("abđ_ '", max_size=5).map(Text),
    st.booleans().map(Truth),
)


def _above(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    some = st.lists(inner, min_size=1, max_size=3).map(tuple)
    two = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Arithmetic, st.sampled_from(["+", "-", "*", "/", "**"]), inner, inner),
        st.builds(Comparison, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), inner, inner),
        st.builds(OneOf, inner, some, st.booleans()),
        st.builds(IsMissing, inner, st.booleans()),
        st.builds(Junction, st.sampled_from(["and", "or"]), two),
        st.builds(Call, NAMES, some),
        inner.map(Not),
        inner.map(Negative),
        some.map(Key),
    )


@given(st.recursive(LEAVES, _above, max_leaves=12))
def test_what_is_printed_is_read_as_the_same(node: Node) -> None:
    assert parse(printed(node)) == node


@given(st.text(alphabet="abx01.'\"()*+-/<>=! ,notiadrNe\n{}[]:éſ", max_size=40))
def test_any_text_is_a_tree_that_prints_or_is_refused(text: str) -> None:
    try:
        node = parse(text)
    except Refused:
        return
    assert parse(printed(node)) == node


def test_numbers_are_decimals_as_written() -> None:
    assert parse("0.1") == Number(Decimal("0.1"))


def test_needless_brackets_and_line_ends_say_nothing() -> None:
    assert printed(parse(" (a)\n+ (b * (c)) ")) == "a + b * c"
    assert printed(parse("(a + b) * c")) == "(a + b) * c"
    assert printed(parse("(-a) ** 2")) == "(-a) ** 2"


@pytest.mark.parametrize(
    ("text", "column", "named"),
    [
        ("__import__('os')", 1, "names are lower case"),
        ("a.b", 1, "Attribute is not part"),
        ("a[0]", 1, "Subscript is not part"),
        ("x + (lambda: 1)", 6, "Lambda is not part"),
        ("(a := 1)", 2, "NamedExpr is not part"),
        ("f'{a}'", 1, "JoinedStr is not part"),
        ("[a for a in b]", 1, "ListComp is not part"),
        ("a if b else c", 1, "IfExp is not part"),
        ("a == b == c", 1, "join them with `and`"),
        ("a is b", 6, "before None only"),
        ("a in b", 6, "values in brackets"),
        ("a in ()", 6, "empty brackets"),
        ("a == None", 6, "behind `is`"),
        ("f(x=1)", 1, "no names"),
        ("a + 1e5", 5, "digits with a point"),
        ("0x1f", 1, "digits with a point"),
        ("1_000", 1, "digits with a point"),
        ("'a' 'b'", 1, "in one piece"),
        ("đ == 'đ'", 1, "names are lower case"),
        ("'đ' == B", 8, "names are lower case"),  # columns are characters, not bytes
        ("\ufb01eld", 1, "names are lower case"),  # the ligature that Python reads as "field"
        ("a #b", 3, "control character"),
        ("", 1, ""),
        ("a +", 4, ""),
        ("(" * 300 + "a" + ")" * 300, 1, ""),
        ("not " * 100 + "a", 245, "deeper than 60"),
        ("a" * 4001, 1, "longer than 4000"),
        ("9" * 21, 1, "at most 20"),
    ],
)
def test_what_has_no_word_is_refused_with_its_column(text: str, column: int, named: str) -> None:
    with pytest.raises(Refused) as caught:
        parse(text)
    assert named in caught.value.fault.reason
    if named:
        assert caught.value.fault.at == column
