"""Every dataset's month comes to what was stated by hand, and the page of systems shows it."""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO
from typing import Any

import pytest

from services.records.lifecycle import Event, Life, in_order, live, run_of
from services.records.periods import parse_period
from services.records.privacy import Pseudonyms
from services.records.rows import Checker, Rejected, Row
from services.records.templates import WORDS, template_columns, template_mapping
from services.records.working_time import parse_calendar, worked
from services.runtime.tables.domain import Batch
from services.runtime.tables.reading import read_batches
from services.runtime.tables.template import write_template
from tests.fixtures.record_samples import DATASETS, ROOT, ListedDirectory, Sample, judged, samples

ALL = samples()
PAGES = sorted((ROOT / "docs").glob("systems*.md"))
KEY = b"a key of thirty-two bytes or more"


@dataclass
class Outcome:
    """What a month came to.

    `known`: each content that an identity ever had, with its highest revision; `stands`: its row of the
    highest revision, the newest of equal ones.
    """

    verdicts: Counter[str] = field(default_factory=Counter)
    known: dict[tuple[str, str], int] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    stands: dict[str, Row] = field(default_factory=dict)
    lines: int = 0

    def add(self, row: Row | Rejected) -> None:
        self.lines += 1
        if isinstance(row, Rejected):
            self.rejected.append(row)
            return
        # A content that the history has already is no news, or replaying a file would undo its corrections.
        if row.revision <= self.known.get((row.identity, row.payload), -1):
            self.verdicts["duplicate"] += 1
            return
        self.verdicts["corrected" if row.identity in self.stands else "stored"] += 1
        self.verdicts["late"] += row.late
        self.known[row.identity, row.payload] = row.revision
        if row.identity not in self.stands or row.revision >= self.stands[row.identity].revision:
            self.stands[row.identity] = row


def batches(sample: Sample) -> list[Batch]:
    with sample.file.open("rb") as stream:
        return list(read_batches(stream, sample.mapping))


@cache
def month(sample: Sample, backwards: bool = False) -> Outcome:
    checker = Checker(sample.dataset, ListedDirectory(), Pseudonyms(KEY))
    outcome = Outcome()
    for batch in batches(sample):
        rows = judged(checker, batch, sample.received_on)
        for row in reversed(rows) if backwards else rows:
            outcome.add(row)
    return outcome


def events_of(outcome: Outcome) -> dict[str, list[Event]]:
    """The events of each subject, of rows that stand."""
    events: dict[str, list[Event]] = {}
    for row in outcome.stands.values():
        assert row.subject is not None
        assert row.event is not None
        events.setdefault(row.subject, []).append(Event(row.at, row.event))
    return events


def lives(sample: Sample, outcome: Outcome) -> dict[str, Life | None]:
    life_cycle = sample.dataset.life_cycle
    assert life_cycle is not None
    return {subject: live(life_cycle, events) for subject, events in events_of(outcome).items()}


def row_of(outcome: Outcome, sample: Sample, identity: dict[str, Any]) -> Row:
    assert set(identity) == set(sample.dataset.identity)
    found = [row for row in outcome.stands.values() if identity.items() <= row.values.items()]
    assert len(found) == 1, identity
    return found[0]


def test_every_dataset_has_its_month() -> None:
    assert [sample.stem for sample in ALL] == sorted(file.stem for file in DATASETS.glob("*.toml"))
    assert all(sample.dataset.key.replace(".", "_") == sample.stem for sample in ALL)
    assert all(sample.mapping.dataset == sample.dataset.key for sample in ALL)


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.stem)
def test_month_comes_to_what_was_stated(sample: Sample) -> None:
    outcome, expected = month(sample), sample.expected

    stated = [(one["line"], one["field"], one["reason"]) for one in expected["rejected"]]
    found = [(row.line, fault.field, fault.reason) for row in outcome.rejected for fault in row.faults]
    assert found == stated
    for verdict in ("stored", "corrected", "duplicate", "late"):
        assert outcome.verdicts[verdict] == expected[verdict], verdict
    assert outcome.lines == len({line for line, _, _ in stated}) + sum(
        expected[verdict] for verdict in ("stored", "corrected", "duplicate")
    )
    for one in expected.get("stands", ()):
        row = row_of(outcome, sample, one["identity"])
        assert {name: row.values.get(name) for name in one["values"]} == one["values"]
        assert row.revision == one.get("revision", 0)


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.stem)
def test_month_tries_what_a_month_brings(sample: Sample) -> None:
    expected = sample.expected

    assert expected["corrected"] > 0
    assert expected["duplicate"] > 0
    assert expected["late"] > 0
    assert expected["rejected"]
    assert month(sample).lines >= 12
    pseudonymous = any(sample.dataset.by_name[name].personal for name in sample.dataset.identity)
    assert pseudonymous or expected["stands"]
    assert bool(sample.dataset.life_cycle) == bool(expected.get("subjects"))


@pytest.mark.parametrize(
    "sample", [sample for sample in ALL if sample.dataset.life_cycle], ids=lambda sample: sample.stem
)
def test_lives_follow_from_the_events_in_whatever_order_they_came(sample: Sample) -> None:
    told = lives(sample, month(sample))

    assert lives(sample, month(sample, backwards=True)) == told
    for one in sample.expected["subjects"]:
        life = told[one["subject"]]
        assert life is not None
        assert (life.state, life.incomplete) == (one["state"], one.get("incomplete", False)), one["subject"]


def test_clocks_stand_still_at_night_on_free_days_and_in_pauses() -> None:
    calendar = parse_calendar((ROOT / "services" / "records" / "calendar.toml").read_text("utf-8"))
    stated = [
        (sample, one) for sample in ALL for one in sample.expected.get("subjects", ()) if "worked" in one
    ]

    assert stated
    for sample, one in stated:
        life_cycle = sample.dataset.life_cycle
        assert life_cycle is not None
        assert life_cycle.clock is not None
        ordered = in_order(life_cycle, events_of(month(sample))[one["subject"]])
        run = run_of(life_cycle.clock, ordered)
        assert run is not None
        assert run.stopped is not None
        time = worked(calendar, run.started, run.stopped, run.pauses)
        assert time == parse_period(one["worked"]).exact, one["subject"]


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.stem)
def test_what_names_a_person_ends_at_the_door(sample: Sample) -> None:
    gone = sample.expected.get("gone", [])
    said = {cell for batch in batches(sample) for row in batch.rows for cell in row}

    assert bool(gone) == any(one.personal for one in sample.dataset.fields)
    assert set(gone) <= said
    kept = [row.payload + row.identity for row in month(sample).stands.values()]
    assert [word for word in gone if any(word in text for text in kept)] == []


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.stem)
def test_page_of_systems_shows_the_dataset_under_its_system(sample: Sample) -> None:
    page = "\n".join(page.read_text("utf-8") for page in PAGES)
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)*)", page, re.MULTILINE))
    section = sections[sample.dataset.system_vi]

    assert f"`{sample.dataset.key}`" in section
    assert str(sample.file.relative_to(ROOT)) in section
    assert str(sample.mapping_file.relative_to(ROOT)) in section


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.stem)
def test_dataset_has_a_template_that_reads_back(sample: Sample) -> None:
    stream = BytesIO()

    write_template(stream, template_columns(sample.dataset), WORDS)

    stream.seek(0)
    mapping = template_mapping(sample.dataset)
    assert len(set(mapping.columns.values())) == len(mapping.columns)
    assert list(read_batches(stream, mapping)) == []
