"""A journal tells its first wrong entry, and what was done to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alarms.journal import (
    GENESIS,
    KIND_WORDS,
    Draft,
    Entry,
    Head,
    Kind,
    Standing,
    Wrong,
    chained,
    first_wrong,
    hash_of,
)

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def drafts(count: int) -> list[Draft]:
    return [
        Draft(START + timedelta(minutes=number), Kind.NOTE, "lan", f"Ghi chú {number}")
        for number in range(count)
    ]


def journal(count: int = 10) -> list[Entry]:
    return chained(Head(0, GENESIS), drafts(count))


def found(entries: Sequence[Entry], whole: Sequence[Entry], **anchors: bytes) -> tuple[int, Wrong] | None:
    head = Head(whole[-1].entry, whole[-1].hash) if whole else Head(0, GENESIS)
    hashes = {one.hash for one in entries}
    told = {int(name.removeprefix("at_")): sealed for name, sealed in anchors.items()}
    ordered = sorted(entries, key=lambda one: one.entry)
    finding = first_wrong(ordered, Standing(head, len(entries), hashes.__contains__, told))
    return None if finding is None else (finding.entry, finding.wrong)


@pytest.mark.parametrize("count", [0, 1, 10])
def test_a_whole_journal_is_whole(count: int) -> None:
    assert found(journal(count), journal(count)) is None


@given(st.integers(0, 9), st.sampled_from(["at", "kind", "by", "text", "alarm", "change"]))
def test_an_altered_entry(index: int, name: str) -> None:
    entries = journal()
    other = {
        "at": START,
        "kind": Kind.HANDOVER,
        "by": "hùng",
        "text": "khác",
        "alarm": 7,
        "change": 9,
    }[name]
    draft = entries[index].draft._replace(**{name: other})
    if draft == entries[index].draft:
        return
    entries[index] = entries[index]._replace(draft=draft)
    assert found(entries, journal()) == (index + 1, Wrong.ALTERED)


@given(st.integers(0, 9))
def test_an_altered_entry_whose_hash_was_made_anew(index: int) -> None:
    entries = journal()
    one = entries[index]
    draft = one.draft._replace(text="khác")
    entries[index] = one._replace(draft=draft, hash=hash_of(one.previous, draft))
    assert found(entries, journal()) == (index + 1, Wrong.ALTERED)


@given(st.integers(0, 9), st.booleans())
def test_a_removed_entry(index: int, numbered_anew: bool) -> None:
    entries = journal()
    del entries[index]
    if numbered_anew:
        entries = [one._replace(entry=number) for number, one in enumerate(entries, 1)]
    assert found(entries, journal()) == (index + 1, Wrong.REMOVED)


def test_all_removed() -> None:
    assert found([], journal()) == (1, Wrong.REMOVED)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=2, unique=True))
def test_reordered_entries(places: list[int]) -> None:
    first, second = sorted(places)
    entries = journal()
    entries[first], entries[second] = entries[second], entries[first]
    entries = [one._replace(entry=number) for number, one in enumerate(entries, 1)]
    assert found(entries, journal()) == (first + 1, Wrong.REORDERED)


def test_a_journal_that_was_made_anew_as_a_whole_is_known_by_what_was_written_down() -> None:
    old = journal()
    new = chained(Head(0, GENESIS), [*drafts(9), drafts(1)[0]._replace(text="khác")])
    assert found(new, new) is None
    assert found(new, new, at_10=old[9].hash) == (10, Wrong.ALTERED)
    assert found(new[:9], new[:9], at_10=old[9].hash) == (10, Wrong.REMOVED)


def test_every_kind_has_words() -> None:
    assert set(KIND_WORDS) == set(Kind)
