"""What becomes of a batch's rows beside what is known."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from services.records.domain import Verdict
from services.records.judging import Held, Judged, Place, identity_hashes, judged
from services.records.rows import Row

S, D, C = Verdict.STORED, Verdict.DUPLICATE, Verdict.CORRECTED
AT = datetime(2025, 11, 1, tzinfo=UTC)


def row(line: int, identity: str, payload: str, revision: int = 0) -> Row:
    return Row(line, identity, AT, False, payload, None, None, (), None, None, revision)


def judge(rows: list[Row], *known: Held, batch: int = 5) -> Judged:
    """`known`: versions of the identity "a"."""
    (identity,) = identity_hashes("x.tested", [row(1, "a", "")])
    return judged(batch, rows, identity_hashes("x.tested", rows), {identity: known} if known else {})


def held(payload: str, first: Place | None, own_line: int | None = None, revision: int = 0) -> Held:
    return Held(revision, payload, Place(1, 7), first, own_line)


def test_rows_of_their_own_are_versions_that_lead() -> None:
    assert judge([row(2, "a", "x"), row(3, "b", "x")]) == Judged([S, S], [0, 1], [], [0, 1], [])


def test_a_line_that_its_own_batch_says_further_up_is_not_kept() -> None:
    rows = [row(2, "a", "x"), row(3, "a", "y"), row(4, "a", "x"), row(5, "a", "x")]
    assert judge(rows) == Judged([S, C, D, D], [0, 1], [], [0, 1], [1])
    assert judge([row(4, "a", "x")], held("x", Place(5, 2), own_line=2)) == Judged([D], [], [], [], [])


def test_what_another_batch_says_is_repeated_and_leads_only_where_it_was_submitted_before() -> None:
    assert judge([row(2, "a", "x")], held("x", Place(3, 9))) == Judged([D], [], [(0, Place(1, 7))], [], [])
    assert judge([row(2, "a", "x")], held("x", Place(6, 1))) == Judged([D], [], [(0, Place(1, 7))], [0], [])


def test_a_line_that_is_mended_leads_before_a_later_one_of_its_batch() -> None:
    found = judge([row(2, "a", "x")], held("x", Place(5, 9), own_line=9))
    assert found == Judged([D], [], [(0, Place(1, 7))], [0], [])


def test_a_content_that_counts_no_more_is_stored_anew_and_kept_once() -> None:
    assert judge([row(2, "a", "x")], held("x", None)) == Judged([S], [], [(0, Place(1, 7))], [0], [])


def test_a_higher_revision_of_a_known_content_is_a_version_a_lower_one_a_duplicate_that_is_kept() -> None:
    known = held("x", Place(3, 9), revision=2)
    assert judge([row(2, "a", "x", 3)], known) == Judged([C], [0], [], [0], [])
    assert judge([row(2, "a", "x", 1)], known) == Judged([D], [0], [], [0], [])
    assert judge([row(2, "a", "y", 1)], known) == Judged([C], [0], [], [0], [])
    assert judge([row(2, "a", "x", 2)], known) == Judged([D], [], [(0, Place(1, 7))], [], [])


lines = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 2)), max_size=8)


@given(lines)
def test_every_content_of_a_batch_is_kept_once_under_its_first_line(
    said: list[tuple[str, str, int]],
) -> None:
    rows = [row(line, *one) for line, one in enumerate(said, 2)]
    found = judge(rows)
    assert (
        found.versions
        == found.leading
        == [index for index, one in enumerate(said) if one not in said[:index]]
    )
    assert found.repeats == []
    assert len(found.verdicts) == len(rows)


def test_another_content_conflicts_where_no_revision_says_which_is_the_newer() -> None:
    known = held("x", Place(3, 9), revision=2)
    assert judge([row(2, "a", "y", 2)], known).conflicting == [0]
    assert judge([row(2, "a", "y", 3)], known).conflicting == []
    assert judge([row(2, "a", "y", 1)], known).conflicting == []  # the source itself says that it is older
    assert judge([row(2, "a", "y", 2)], held("x", None, revision=2)).conflicting == []  # it counts no more
