"""Which version stands follows from the batches that count, in whatever order they came, counted and went."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.records import changing, store, store_read
from services.records.domain import Batch, Chunk, Header, Verdict
from services.records.rows import Row
from services.runtime.db import Connection, connect
from tests.fixtures.servers import Database

MIGRATION = Path(store.__file__).parent / "migrations" / "records-0002-repeats.sql"
AT = datetime(2025, 11, 1, tzinfo=UTC)
Said = tuple[str, str, int]  # identity, content, revision
FRESH = count()


@pytest.fixture(scope="module")
def connection(module_database: Database) -> Iterator[Connection]:
    with connect(module_database.dsn("records"), "test") as connection:
        yield connection


class Office:
    """A dataset of its own, and what was handed in to it: each row's area is its identity."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dataset = f"tested.number{next(FRESH)}"
        self.now = AT
        self.said: dict[int, dict[int, Said]] = {}
        self.counting: set[int] = set()
        self.past: list[tuple[datetime, set[Said]]] = []

    def open(self, pending: bool = False) -> int:
        header = Header(self.dataset, f"{self.dataset}:{len(self.said)}")
        batch = store.open_batch(self.connection, header, "office", pending, self._later())
        self.said[batch.batch] = {}
        if not pending:
            self.counting.add(batch.batch)
        return batch.batch

    def append(self, batch: int, rows: list[Said]) -> list[Verdict]:
        first = 2 + len(self.said[batch])
        lines = dict(enumerate(rows, first))
        chunk = Chunk([row(line, *said) for line, said in lines.items()], ())
        self.said[batch] |= lines
        with self._told():
            return changing.append(self.connection, batch, chunk, self._later(), "")[2]

    def approve(self, batch: int) -> None:
        changing.complete(self.connection, batch, self._later())
        self.counting.add(batch)
        with self._told():
            changing.decide(self.connection, batch, True, "second", "", self._later(), "")

    def withdraw(self, batch: int) -> Batch:
        self.counting.discard(batch)
        with self._told():
            return changing.withdraw(self.connection, batch, "office", "sai", self._later(), "")

    def stands(self, known_at: datetime | None = None) -> set[Said]:
        wanted = store_read.Wanted(self.dataset, known_at=known_at)
        found = store_read.records(self.connection, wanted, None, 100)
        assert len({version.area for version in found}) == len(found)
        return {(version.area, version.payload, version.revision) for version in found}

    def _later(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What changes is told of, and what stands is what the batches that count come to."""
        before, earlier = self.stands(), len(self._facts())
        yield
        after = self.stands()
        assert after == stated(self)
        told = {area for fact in self._facts()[earlier:] for area in fact["areas"]}
        assert {area for area, _, _ in before ^ after} <= told
        self.past.append((self.now, after))

    def _facts(self) -> list[dict[str, Any]]:
        found = self.connection.execute("SELECT body FROM records.outbox ORDER BY outbox_id").fetchall()
        facts = [json.loads(bytes(body)) for (body,) in found]
        return [fact for fact in facts if fact["dataset"] == self.dataset]


def row(line: int, identity: str, content: str, revision: int) -> Row:
    return Row(line, identity, AT, False, content, identity, None, (), None, None, revision)


def stated(office: Office) -> set[Said]:
    """The oracle: the lines that count, one by one, each with what is known of its identity before it."""
    history: dict[str, list[Said]] = {}
    for batch in sorted(office.counting):
        for _, said in sorted(office.said[batch].items()):
            known = history.setdefault(said[0], [])
            if not any(one[1] == said[1] and one[2] >= said[2] for one in known):
                known.append(said)
    return {max(enumerate(known), key=lambda one: (one[1][2], one[0]))[1] for known in history.values()}


rows = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from(["x", "y"]), st.sampled_from([0, 0, 0, 1])), max_size=3
)
# Of each step, which batch hands some rows in, is approved or goes: three batches, in any order.
steps = st.lists(
    st.tuples(st.integers(0, 2), st.just("append"), rows)
    | st.tuples(st.integers(0, 2), st.sampled_from(["withdraw", "approve"]), st.none()),
    max_size=9,
)


X, Y = [("a", "x", 0)], [("a", "y", 0)]


@settings(max_examples=60)
# Only the place of a content moves, which another batch holds as well: to a later one, to an earlier one.
@example([False] * 3, [(0, "append", X), (1, "append", Y), (2, "append", X), (0, "withdraw", None)])
@example([True, False, False], [(0, "append", X), (1, "append", Y), (2, "append", X), (0, "approve", None)])
@example([False] * 3, [(1, "append", Y), (2, "append", X), (0, "append", X)])
@given(st.lists(st.booleans(), min_size=3, max_size=3), steps)
def test_what_stands_is_what_the_batches_hold_that_count(
    connection: Connection, pending: list[bool], steps: list[tuple[int, str, list[Said] | None]]
) -> None:
    office = Office(connection)
    batches = [office.open(needs) for needs in pending]
    closed: set[int] = set()
    for index, step, said in steps:
        batch = batches[index]
        if step == "withdraw":
            office.withdraw(batch)
            closed.add(batch)
        elif batch not in closed and step == "approve" and pending[index]:
            office.approve(batch)
            closed.add(batch)
        elif batch not in closed and said:
            office.append(batch, said)
    for known_at, stood in office.past:
        assert office.stands(known_at) == stood

    held = [said for batch in sorted(office.counting) for _, said in sorted(office.said[batch].items())]
    again = office.open()
    if held:
        stood = office.stands()
        assert set(office.append(again, held)) == {Verdict.DUPLICATE}
        assert office.stands() == stood
    for batch in office.counting - {again}:
        office.withdraw(batch)
    connection.commit()


def test_a_duplicate_stands_once_what_it_doubled_is_withdrawn_under_its_own_line(
    connection: Connection,
) -> None:
    office = Office(connection)
    first, second = office.open(), office.open()
    office.append(first, [("a", "x", 0), ("b", "x", 0)])
    assert office.append(second, [("c", "x", 0), ("a", "x", 0)]) == [Verdict.STORED, Verdict.DUPLICATE]

    batch = office.withdraw(first)

    assert (batch.stored, batch.duplicate) == (2, 0)
    (found,) = store_read.records(connection, store_read.Wanted(office.dataset, area="a"), None, 10)
    assert (found.batch, found.line, found.kept) == (second, 3, (first, 2))
    assert office.stands() == {("a", "x", 0), ("c", "x", 0)}
    office.withdraw(second)
    assert office.stands() == set()
    connection.commit()


def test_a_batch_that_waits_for_approval_is_compared_with_itself_too(connection: Connection) -> None:
    office = Office(connection)
    waiting = office.open(pending=True)
    assert office.append(waiting, [("a", "x", 0)]) == [Verdict.STORED]
    assert office.append(waiting, [("a", "x", 0), ("a", "y", 0)]) == [Verdict.DUPLICATE, Verdict.CORRECTED]
    assert office.append(office.open(), [("a", "x", 0)]) == [Verdict.STORED]
    office.approve(waiting)
    assert office.stands() == {("a", "y", 0)}
    connection.commit()


def test_a_lower_revision_that_comes_later_is_history_and_does_not_stand(connection: Connection) -> None:
    office = Office(connection)
    first, second = office.open(), office.open()
    office.append(first, [("a", "x", 2), ("a", "y", 1), ("a", "z", 2), ("a", "x", 0)])
    assert office.stands() == {("a", "z", 2)}
    assert office.append(second, [("a", "y", 3), ("a", "z", 2), ("a", "y", 1)]) == [
        Verdict.CORRECTED, Verdict.DUPLICATE, Verdict.DUPLICATE,
    ]  # fmt: skip
    assert office.stands() == {("a", "y", 3)}
    office.withdraw(second)
    assert office.stands() == {("a", "z", 2)}
    connection.commit()


def test_contents_that_were_stored_twice_are_one_version_after_the_migration(connection: Connection) -> None:
    office = Office(connection)
    batches = [office.open() for _ in range(3)]
    for batch, content in zip(batches, ("x", "y", "x"), strict=True):
        office.append(batch, [("a", content, 0)])
    with connection.transaction(force_rollback=True):
        connection.execute(
            "INSERT INTO records.records SELECT dataset_id, identity, %s, 2, at, recorded_at, late, area,"
            " organisation, subject, payload, revision FROM records.records WHERE batch = %s",
            (batches[2], batches[0]),
        )
        connection.execute("DELETE FROM records.repeats WHERE batch = %s", (batches[2],))
        assert office.stands() == {("a", "x", 0)}
        statement = MIGRATION.read_text("utf-8").partition("-- One row a content")[2].partition("\n")[2]
        connection.execute("SET LOCAL search_path = records")
        connection.execute(statement)  # type: ignore[arg-type]  # our own file
        assert office.stands() == stated(office) == {("a", "y", 0)}
    connection.rollback()
