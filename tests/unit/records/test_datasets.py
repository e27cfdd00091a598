"""What a dataset's file may say, and how its contradictions are named."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from services.records.datasets import BadDataset, parse_dataset
from services.records.periods import Period, parse_period
from tests.unit.records.declared import DOSSIERS


def test_a_file_is_read_as_it_stands() -> None:
    dataset = parse_dataset(DOSSIERS)
    assert dataset.by_name["pages"].max == Decimal(100_000)
    assert [field.name for field in dataset.stored if field.personal] == ["citizen"]
    assert dataset.promise.interval == Period(exact=timedelta(hours=1))
    assert dataset.life_cycle is not None
    assert not dataset.may_lie_ahead


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ('kind = "events"', 'kind = "event"', "kind"),
        ('kind = "events"', "", "kind"),
        ('event_time = "occurred_at"', 'event_time = "channel"', "event_time: channel is of type choice"),
        ('identity = ["dossier"', 'identity = ["dossiers"', "there is no field 'dossiers'"),
        ('identity = ["dossier"', 'identity = ["channel"', "identity: channel must be required"),
        ('breakdowns = ["channel"]', 'breakdowns = ["fee"]', "breakdowns: fee is of type money"),
        ('breakdowns = ["channel"]', 'looked_up_on = "filed_at"', "looked_up_on: filed_at is of type area"),
        ('area = "filed_at"', 'area = "handled_by"', "area: handled_by is of type organisation"),
        ('every = "PT1H"', 'every = "hourly"', "promise.every"),
        ('every = "PT1H"', 'every = "PT0S"', "has no length"),
        ('unit = "1"', "", "fields.pages.unit"),
        ('type = "money"', 'type = "money"\nunit = "USD"', "money is VND"),
        ('type = "money"', 'type = "money"\nscale = 0', "scale"),
        ("max = 100000", "max = 1\nmin = 2", "min: above max"),
        ("max = 100000", 'pattern = "x"', "pattern: for text and code only"),
        ('title_vi = "Mã hồ sơ"', 'title_vi = "Mã hồ sơ"\npattern = "("', "fields.dossier.pattern"),
        ('title_vi = "Mã hồ sơ"', 'titel = "Mã"', "titel"),
        ('code = "desk", vi = "Trực tiếp"', 'code = "desk", vi = "trực TUYẾN"', "means online and desk"),
        ('personal = "pseudonym"', 'personal = "hidden"', "personal"),
        ('subject = "dossier"', 'subject = "citizen"', "life_cycle.subject"),
        ('first = ["received"]', 'first = ["receved"]', "life_cycle.first: 'receved'"),
        ("withdrawn = []", "", "then: 'withdrawn' is missing"),
        ('paused = ["resumed", "withdrawn"]', 'paused = ["withdrawn"]', "no event leads to 'resumed'"),
        ('stops = ["resolved", "withdrawn"]', "stops = []", "clock: starts and stops"),
        ('name = "fee"', 'name = "pages"', "a name is there twice"),
        ('name = "fee"', 'name = "revision"', "revision is the source's own"),
        (
            "[life_cycle.clock]",
            '[life_cycle.clock]\nallowance = "fee"',
            "clock.allowance: 'fee' is no integer",
        ),
        ("[life_cycle.clock]", '[life_cycle.clock]\nallowance = "pages"', "clock.allowance: pages has a min"),
        ("[life_cycle.clock]", '[life_cycle.clock]\ndue = "pages"', "clock.due: 'pages' is no instant"),
        ("[life_cycle.clock]", '[life_cycle.clock]\nallowance_unit = "days"', "allowance_unit"),
        ("Mã hồ sơ", "Ma\u0303 hồ sơ", "not Unicode NFC"),
    ],
)
def test_what_contradicts_itself_is_named(was: str, becomes: str, named: str) -> None:
    assert was in DOSSIERS
    with pytest.raises(BadDataset) as caught:
        parse_dataset(DOSSIERS.replace(was, becomes, 1))
    assert named in str(caught.value)


def test_a_document_may_be_a_breakdown() -> None:
    dataset = parse_dataset(DOSSIERS.replace('breakdowns = ["channel"]', 'breakdowns = ["dossier"]'))
    assert dataset.by_name["dossier"].type == "text"
    assert dataset.breakdowns == ("dossier",)


def test_all_that_is_wrong_is_named_at_once() -> None:
    with pytest.raises(BadDataset) as caught:
        parse_dataset(
            DOSSIERS.replace('area = "filed_at"', 'area = "x"').replace(
                'breakdowns = ["channel"]', 'breakdowns = ["y"]'
            )
        )
    assert "'x'" in str(caught.value)
    assert "'y'" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("PT15M", Period(0, timedelta(minutes=15))),
        ("P1D", Period(0, timedelta(days=1))),
        ("P1Y2M", Period(14)),
        ("P2W", Period(0, timedelta(weeks=2))),
        ("P1MT1H", Period(1, timedelta(hours=1))),
    ],
)
def test_durations_of_iso_8601(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "P", "PT", "1D", "P1H", "PT1D", "P-1D", "P0D", "p1d"])
def test_other_text_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


def test_a_month_before_the_last_of_march_is_the_last_of_february() -> None:
    moment = datetime(2024, 3, 31, 9, tzinfo=UTC)
    assert Period(1).before(moment) == datetime(2024, 2, 29, 9, tzinfo=UTC)
    assert Period(13, timedelta(hours=1)).before(moment) == datetime(2023, 2, 28, 8, tzinfo=UTC)


def test_people_are_no_breakdown() -> None:
    text = DOSSIERS.replace('type = "text"\npersonal = "ps', 'type = "code"\npersonal = "ps')
    assert parse_dataset(text).by_name["citizen"].type == "code"
    with pytest.raises(BadDataset, match="breakdowns: citizen identifies people"):
        parse_dataset(text.replace('breakdowns = ["channel"]', 'breakdowns = ["citizen"]'))
