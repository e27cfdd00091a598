"""Who owes a report, and whom it is held against."""

from __future__ import annotations

from datetime import date, datetime

from services.indicators.owing import Answering, Organisation, Owed, Roster
from services.indicators.reports import Slot
from services.records.dates import VIETNAM

MERGED = date(2025, 10, 15)
ROSTER = Roster(
    [
        Organisation("A", "UBND phường A", "commune", "1", date(2020, 1, 1), MERGED),
        Organisation("B", "UBND phường B", "commune", "2", date(2020, 1, 1), MERGED),
        Organisation("B", "UBND phường B mới", "commune", "3", MERGED, None),
        Organisation("D", "Sở D", "department", "", date(2020, 1, 1), None),
    ],
    [
        Answering("x.y", "D", date(2020, 1, 1), MERGED),
        Answering("x.y", "B", MERGED, None),
        Answering("x.y", "D", date(2025, 10, 20), None),
    ],
)


def slot(first: int, last: int) -> Slot:
    start, due = (datetime(2025, 10, day, 12, tzinfo=VIETNAM) for day in (first, last))
    return Slot(start, due, due, by_period=True)


def owing(kinds: tuple[str, ...], one: Slot) -> list[str]:
    return [owed.organisation for owed in ROSTER.owed("x.y", kinds, [one])]


def test_each_organisation_of_the_kinds_owes_its_own_while_it_is_there() -> None:
    assert owing(("commune",), slot(1, 5)) == ["A", "B"]
    assert owing(("commune", "department"), slot(1, 5)) == ["A", "B", "D"]
    assert owing(("commune",), slot(10, 20)) == ["B"]  # under another name, but the same
    assert owing((), slot(1, 5)) == [""]


def test_what_a_dataset_owes_is_held_against_who_answers_for_it_when_it_is_due() -> None:
    assert ROSTER.answering(Owed("x.y", "", slot(1, 5))) == ["D"]
    assert ROSTER.answering(Owed("x.y", "", slot(10, 16))) == ["B"]
    assert ROSTER.answering(Owed("x.y", "", slot(10, 21))) == ["B", "D"]
    assert ROSTER.answering(Owed("other", "", slot(1, 5))) == []
    assert ROSTER.answering(Owed("x.y", "A", slot(1, 5))) == ["A"]


def test_areas_are_those_that_organisations_serve() -> None:
    assert ROSTER.served("B") == "3"
    assert ROSTER.served("D") == ROSTER.served("unheard") == ""
    assert ROSTER.serving == {"1": {"A"}, "3": {"B"}}
    assert (ROSTER.name("B"), ROSTER.name("unheard")) == ("UBND phường B mới", "unheard")
