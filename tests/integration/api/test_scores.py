"""Scores and lateness over gRPC and by command: offices that report on time, late, twice, wrongly, never."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub
from typer.testing import CliRunner

from services.cli.__main__ import app
from services.indicators import figures_questions
from services.indicators.grounds import Grounds
from services.indicators.working_clock import WorkingClock
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.scores_world import DATASET, DEFINITIONS, NAMES, STAFF, Centre, at, draw, row
from tests.integration.figures_office import NORTH, SOUTH, Office
from tests.integration.figures_world import Engine, shipped_calendar

OCTOBER = {"period": "month", "on": "2025-10-15"}
AREA, ORGANISATION, SOURCE = (
    pb.SCORED_KIND_AREA,
    pb.SCORED_KIND_ORGANISATION,
    pb.SCORED_KIND_SOURCE,
)


@pytest.fixture
def centre(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Centre]:
    (tmp_path / "public_services.toml").write_text(DEFINITIONS, encoding="utf-8")
    monkeypatch.setattr("services.indicators.records_follower.SHIPPED", tmp_path)
    monkeypatch.setattr(
        "services.indicators.figures_api.grounds_of",
        lambda settings, records: Grounds(settings, {STAFF: DATASET}, WorkingClock(shipped_calendar())),
    )
    draw(database)
    engine = Engine(database, at(9, 20), {STAFF: DATASET})
    made = Centre(Office(database, engine, {STAFF: DATASET}))
    made.hand_in(at(9, 20), *(row(code, 8) for code in NAMES))  # the promise begins
    yield made
    engine.close()


@pytest.fixture
def october(centre: Centre) -> Centre:
    """A on time, with lines that cannot be right; B late, once more and otherwise; D late; E never."""
    centre.hand_in(at(11, 3), row("A"), row("A", staff="nhiều"), row("A", month=13, staff="1"))
    centre.hand_in(at(11, 10, 10), row("D"))
    batch = centre.hand_in(at(11, 11, 8), row("B"))
    centre.hand_in(at(11, 12), row("B"), row("B"))
    centre.hand_in(at(11, 13), row("B", staff="7"))
    assert batch
    return centre


@pytest.fixture
def stub(centre: Centre, channel: grpc.Channel) -> Any:
    return FiguresServiceStub(channel)


def moment(of: datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(of)
    return stamp


def scored(stub: Any, metadata: Metadata, kind: Any, known: datetime) -> dict[str, pb.Scores]:
    request = pb.GetScoresRequest(kind=kind, known_at=moment(known), **OCTOBER)
    found = stub.GetScores(request, metadata=metadata, timeout=20).scores
    return {one.subject: one.scores for one in found}


def four(scores: pb.Scores) -> tuple[str | None, ...]:
    names = ("right", "complete", "clean", "live")
    return tuple(getattr(scores, name) if scores.HasField(name) else None for name in names)


def told(counts: pb.ScoreCounts) -> dict[str, int]:
    return {field.name: value for field, value in counts.ListFields()}


def late(stub: Any, metadata: Metadata, kind: Any, known: datetime) -> list[pb.LateReporter]:
    request = pb.ListLateReportersRequest(kind=kind, known_at=moment(known), **OCTOBER)
    return list(stub.ListLateReporters(request, metadata=metadata, timeout=20).reporters)


def figures(stub: Any, metadata: Metadata, known: datetime) -> dict[str, pb.Figure]:
    request = pb.GetFiguresRequest(known_at=moment(known), **OCTOBER)
    found = stub.GetFigures(request, metadata=metadata, timeout=20).figures
    return {one.subject: one for one in found}


def test_organisations_are_scored_by_their_own_lines_and_reports(
    stub: Any, metadata: Metadata, october: Centre
) -> None:
    found = scored(stub, metadata, ORGANISATION, at(11, 20))
    # The line of the 13th month tells no day: it is of November, in which it was handed in.
    assert told(found["A"].counts) == {
        "received": 2,
        "refused": 1,
        "due": 1,
        "came": 1,
        "on_time": 1,
        "promised": 1,
        "alive": 1,
    }
    assert four(found["A"]) == ("0.5", "1", "1", "1")
    assert found["A"].worst == "right"
    # Of four lines one was new, two said it again, one said otherwise; and the first report came late.
    assert four(found["B"]) == ("1", "1", "0.25", "0")
    assert told(found["B"].counts)["conflicting"] == 1
    assert four(found["E"]) == (None, "0", None, "0")
    assert found["E"].worst == "complete"


def test_a_source_and_an_area_come_from_summed_counts(stub: Any, metadata: Metadata, october: Centre) -> None:
    whole = scored(stub, metadata, SOURCE, at(11, 20))[STAFF]
    assert told(whole.counts) == {
        "received": 7,
        "refused": 1,
        "duplicate": 2,
        "conflicting": 1,
        "late": 3,
        "due": 4,
        "came": 3,
        "on_time": 1,
        "promised": 4,
        "alive": 3,
    }
    assert four(whole) == ("0.857142", "0.75", "0.5", "0.25")  # 6/7 is not rounded up
    areas = scored(stub, metadata, AREA, at(11, 20))
    assert set(areas) == {NORTH, SOUTH}
    assert four(areas[NORTH]) == ("0.5", "1", "1", "1")


def test_a_figure_carries_the_scores_of_what_it_is_made_of(
    stub: Any, metadata: Metadata, october: Centre
) -> None:
    found = figures(stub, metadata, at(11, 20))
    assert found[""].value == "17"
    assert four(found[""].scores) == ("0.857142", "0.75", "0.5", "0.25")
    assert found["B"].scores.worst == "live"
    assert told(found["B"].scores.counts)["due"] == 1  # its own report, nobody else's
    assert four(found[NORTH].scores)[0] == "0.5"
    request = pb.ExplainFigureRequest(
        indicator="TE-01",
        subject_kind=pb.SUBJECT_KIND_PROVINCE,
        period="month",
        period_start="2025-10-01",
        known_at=moment(at(11, 20)),
    )
    head = next(iter(stub.ExplainFigure(request, metadata=metadata, timeout=20)))
    assert head.figure.scores == found[""].scores
    assert head.figure.inputs_rejected == 1


def test_what_a_figure_says_of_refused_lines_is_of_its_own_inputs(
    stub: Any, metadata: Metadata, october: Centre
) -> None:
    found = figures(stub, metadata, at(11, 20))
    # The batch of A had two refused lines; one is of October and of A.
    assert (found["A"].inputs_rejected, found[NORTH].inputs_rejected) == (1, 1)
    assert (found["B"].inputs_rejected, found[SOUTH].inputs_rejected) == (0, 0)
    assert found[""].inputs_rejected == 1


def test_scores_are_those_of_the_moment_that_is_asked_for(
    stub: Any, metadata: Metadata, october: Centre
) -> None:
    before = scored(stub, metadata, ORGANISATION, at(11, 10, 9))  # all was due at midnight
    assert four(before["B"]) == (None, "0", None, "0")
    assert four(scored(stub, metadata, ORGANISATION, at(11, 11))["B"]) == ("1", "1", "1", "0")
    assert "B" not in scored(stub, metadata, ORGANISATION, at(11, 5))  # nothing is due, nothing has come


def test_what_is_withdrawn_or_waits_counts_nowhere(stub: Any, metadata: Metadata, centre: Centre) -> None:
    batch = centre.hand_in(at(11, 3), row("A"), row("A", staff="nhiều"))
    waiting = centre.hand_in(at(11, 3, 10), row("B"), pending=True)
    centre.office.engine.now = at(11, 5)
    centre.office.withdraw(batch)
    centre.office.engine.now = at(11, 6)
    assert four(scored(stub, metadata, ORGANISATION, at(11, 4))["A"]) == ("0.5", "1", "1", "1")
    found = scored(stub, metadata, ORGANISATION, at(11, 20))
    assert four(found["A"]) == four(found["B"]) == (None, "0", None, "0")
    centre.office.approve(waiting)
    assert four(scored(stub, metadata, ORGANISATION, at(11, 20))["B"]) == ("1", "1", "1", "1")


def test_who_reports_late_is_told_the_worst_first(stub: Any, metadata: Metadata, october: Centre) -> None:
    clock = WorkingClock(shipped_calendar())
    due = at(11, 10, 0)

    def hours(until: datetime) -> int:
        return int((clock.at(until) - clock.at(due)).total_seconds())

    found = late(stub, metadata, ORGANISATION, at(11, 20))
    assert [(one.subject, one.name_vi, one.due, one.on_time, one.late, one.never) for one in found] == [
        ("E", NAMES["E"], 1, 0, 0, 1),
        ("B", NAMES["B"], 1, 0, 1, 0),
        ("D", NAMES["D"], 1, 0, 1, 0),
        ("A", NAMES["A"], 1, 1, 0, 0),
    ]
    assert [one.worst_late_s for one in found[:3]] == [
        hours(at(11, 20)),
        hours(at(11, 11, 8)),
        hours(at(11, 10, 10)),
    ]
    assert not found[3].HasField("median_late_s")
    # On the 9th nobody is late yet; on the 10th, before work, three are by nothing, ordered by their names.
    assert [one.subject for one in late(stub, metadata, ORGANISATION, at(11, 9))] == ["A"]
    assert [one.subject for one in late(stub, metadata, ORGANISATION, at(11, 10, 6))] == ["E", "D", "B", "A"]
    areas = late(stub, metadata, AREA, at(11, 20))
    assert [(one.subject, one.due) for one in areas] == [("", 2), (SOUTH, 1), (NORTH, 1)]
    (source,) = late(stub, metadata, SOURCE, at(11, 20))
    assert (source.name_vi, source.due, source.on_time, source.late, source.never) == ("Nhân sự", 4, 1, 2, 1)


def test_what_a_page_costs_does_not_grow_with_its_figures(
    stub: Any, metadata: Metadata, october: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []  # on the connection that answers; others follow the log meanwhile
    answering: list[object] = []
    execute, answer = psycopg.Connection.execute, figures_questions.get_figure_series

    def counting(self: Any, query: Any, *arguments: Any, **more: Any) -> Any:
        if self in answering:
            asked.append(query)
        return execute(self, query, *arguments, **more)

    def answered(connection: Any, *arguments: Any) -> Any:
        answering.append(connection)
        try:
            return answer(connection, *arguments)
        finally:
            answering.clear()

    monkeypatch.setattr(psycopg.Connection, "execute", counting)
    monkeypatch.setattr(figures_questions, "get_figure_series", answered)

    whole = {"indicator": "TE-01", "subject_kind": pb.SUBJECT_KIND_PROVINCE, "period": "day"}

    def statements(start: str, periods: int) -> int:
        asked.clear()
        request = pb.GetFigureSeriesRequest(**whole, start=start, end="2025-10-02")
        found = stub.GetFigureSeries(request, metadata=metadata, timeout=20).figures
        assert len(found) == periods
        return len(asked)

    assert statements("2025-10-01", 1) == statements("2025-08-01", 2) > 0


def test_a_token_of_one_commune_sees_that_commune(
    stub: Any, october: Centre, new_token: Callable[..., str]
) -> None:
    restricted = bearer(new_token("indicators.read", areas=[NORTH]))
    assert set(scored(stub, restricted, AREA, at(11, 20))) == {NORTH}
    assert scored(stub, restricted, ORGANISATION, at(11, 20)) == {}
    assert [one.subject for one in late(stub, restricted, AREA, at(11, 20))] == [NORTH]


def test_what_cannot_be_answered_names_the_field(stub: Any, metadata: Metadata) -> None:
    for request, field in (
        (pb.GetScoresRequest(**OCTOBER), "kind"),
        (pb.GetScoresRequest(kind=AREA, period="week", on="2025-10-01"), "period"),
        (pb.GetScoresRequest(kind=AREA, period="month", on="October"), "on"),
        (
            pb.GetScoresRequest(kind=AREA, known_at=moment(at(12, 31).replace(year=2090)), **OCTOBER),
            "known_at",
        ),
    ):
        with pytest.raises(grpc.RpcError) as failed:
            stub.GetScores(request, metadata=metadata, timeout=20)
        error: Any = failed.value
        assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
        assert field in error.details()


def test_the_command_line_tells_it_in_vietnamese(
    october: Centre, address: str, new_token: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HAIDANG_API_ADDRESS", address)
    monkeypatch.setenv("HAIDANG_TOKEN", new_token())

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["--lang", "vi", "figures", *arguments, "--on", "2025-10-15"])
        assert result.exit_code == 0, result.output
        return result.stdout

    known = ("--known", "2025-11-20T09:00:00+07:00")
    table = run("scores", "organisation", *known)
    wanted = ("Đúng", "Đủ", "Sạch", "Sống", "đúng", NAMES["E"], "25 %")
    assert [word for word in wanted if word not in table] == []
    (source,) = (
        json.loads(line) for line in run("scores", "source", *known, "--json").splitlines() if line[0] == "{"
    )
    assert (source["score_right"], source["worst"], source["worst_score"]) == ("0.857142", "live", "0.25")
    assert "Kỳ gửi trễ" in run("late", "organisation", *known)
    shown = run("show", "TE-01", "--kind", "province", *known)
    assert "sống" in shown
    assert "25 %" in shown
