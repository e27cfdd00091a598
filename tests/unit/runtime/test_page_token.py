"""Page and resume tokens: opaque, and of use only where they belong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.runtime.page_token import page_size, seal, seal_position, unseal, unseal_position
from services.runtime.rpc_errors import InvalidRequest

QUERY = ("ListThings", "air")


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(-(2**63), 2**63 - 1))
def test_what_is_sealed_is_unsealed(name: str, number: int) -> None:
    assert unseal(seal(QUERY, [name, number]), QUERY, (str, int)) == [name, number]


def test_the_empty_token_is_the_first_page() -> None:
    assert unseal("", QUERY, (int,)) is None


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("?", "bad_page_token"),
        ("é", "bad_page_token"),
        ("abcd", "bad_page_token"),
        (seal(QUERY, [1])[:-1], "bad_page_token"),
        (seal(QUERY, ["1"]), "bad_page_token"),
        (seal(QUERY, [1, 2]), "bad_page_token"),
        (seal(QUERY, [2**63]), "bad_page_token"),
        (seal(QUERY, [-(2**63) - 1]), "bad_page_token"),
        (seal_position("e", 1), "page_token_of_other_query"),
        (seal(("ListThings", "noise"), [1]), "page_token_of_other_query"),
    ],
)
def test_others_are_refused(token: str, reason: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        unseal(token, QUERY, (int,))
    assert refused.value.violations[0].reason == reason


def test_a_name_that_no_database_holds_is_refused() -> None:
    with pytest.raises(InvalidRequest):
        unseal(seal(QUERY, ["a\0"]), QUERY, (str,))


@given(st.text())
def test_strange_tokens_are_refused_and_nothing_else_happens(text: str) -> None:
    try:
        unseal_position(text)
    except InvalidRequest as refused:
        assert refused.violations[0].field == "resume_token"  # noqa: PT017


def test_positions() -> None:
    assert unseal_position(seal_position("epoch", 5)) == ("epoch", 5)
    for token in (seal_position("epoch", -1), seal(QUERY, [1, 2])):
        with pytest.raises(InvalidRequest):
            unseal_position(token)


def test_page_sizes() -> None:
    assert [page_size(asked, 100, 1000) for asked in (0, 1, 1000)] == [100, 1, 1000]
    for asked in (-1, 1001):
        with pytest.raises(InvalidRequest):
            page_size(asked, 100, 1000)
