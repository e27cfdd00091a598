"""Whatever is published, an outside client makes the same of the inputs that its explanation leads to."""

from __future__ import annotations

import csv
import io
import os
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import grpc
import psycopg
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from ioc.indicators.v1 import figures_pb2 as pb
from ioc.indicators.v1.figures_pb2_grpc import FiguresServiceStub

from services.records import changing
from services.records.dates import VIETNAM
from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from tests.fixtures.record_samples import samples
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.integration.api.conftest import Metadata, bearer
from tests.integration.api.outside_client import recomputed
from tests.integration.api.sample_centre import sample_centre
from tests.integration.figures_world import Engine

GROUPS = ("AR", "CF", "DI", "EC", "ED", "EG", "EN", "EO", "HE", "IS", "OC", "PB", "PS", "TO", "TR", "WA")
TICKETS = "feedback.tickets"
# Figures of each group that have a value; and a sixth as many that have none.
EACH = int(os.environ.get("EXPLAINED_EACH", "6"))


class Published(NamedTuple):
    stub: Any
    metadata: Metadata
    figures: Mapping[str, list[pb.Figure]]  # by group
    engine: Engine


@pytest.fixture(scope="module")
def published(module_database: Database) -> Iterator[Published]:
    """All samples, handed in and followed."""
    engine = Engine(module_database, datetime.now(UTC), daily_stock_days=1)
    with psycopg.connect(module_database.dsn("registry")) as connection:
        metadata = bearer(issue(connection, "outside", ("indicators.read",), None, requests_per_s=10_000))
    with (
        sample_centre(module_database) as centre,
        serving_contexts(module_database, ("indicators",), RpcSettings(port=0, grace_s=1)) as address,
        grpc.insecure_channel(address) as channel,
    ):
        for sample in samples():
            centre.hand_in(sample)
        engine.now = datetime.now(UTC)  # approval is by the real clock
        engine.catch_up()
        stub = FiguresServiceStub(channel)
        figures: dict[str, list[pb.Figure]] = {}
        for one in every_figure(stub, metadata):
            figures.setdefault(one.indicator[:2], []).append(one)
        yield Published(stub, metadata, figures, engine)
    engine.close()


def every_figure(stub: Any, metadata: Metadata) -> Iterator[pb.Figure]:
    for period in ("day", "month", "quarter", "year"):
        token = ""
        while True:
            request = pb.GetFiguresRequest(
                period=period, with_breakdowns=True, page_size=10_000, page_token=token
            )
            answer = stub.GetFigures(request, metadata=metadata, timeout=60)
            yield from answer.figures
            token = answer.next_page_token
            if not token:
                break


def explained(published: Published, figure: pb.Figure, **asked: Any) -> tuple[Any, list[Any]]:
    request = pb.ExplainFigureRequest(
        indicator=figure.indicator,
        subject_kind=figure.subject_kind,
        subject=figure.subject,
        breakdown=figure.breakdown,
        period=figure.period,
        period_start=figure.period_start,
        **asked,
    )
    head, *pages = published.stub.ExplainFigure(request, metadata=published.metadata, timeout=60)
    return head, [one for page in pages for one in page.inputs]


def is_same(figure: pb.Figure, value: Decimal | None) -> bool:
    if not figure.HasField("value") or value is None:
        return not figure.HasField("value") and value is None
    return abs(Decimal(figure.value) - value) <= abs(value) * Decimal("1e-9")


@pytest.mark.parametrize("group", GROUPS)
def test_a_figure_is_made_again_from_its_inputs(published: Published, group: str) -> None:
    there = [one for one in published.figures[group] if not one.suppressed and not one.HasField("low")]
    chance = random.Random(group)
    told = [one for one in there if one.HasField("value")]
    silent = [one for one in there if not one.HasField("value")]
    chosen = chance.sample(told, min(EACH, len(told))) + chance.sample(silent, min(EACH // 6, len(silent)))
    for figure in chosen:
        head, inputs = explained(published, figure)
        assert is_same(head.figure, recomputed(head, inputs)), head
        assert head.figure.value == figure.value


def test_what_is_overdue_on_a_day_of_silence_is_explained_as_it_is_computed(published: Published) -> None:
    day = pb.Figure(
        indicator="PS-09.strict",
        subject_kind=pb.SUBJECT_KIND_PROVINCE,
        period="day",
        period_start="2025-10-25",
    )
    now = Timestamp()
    now.FromDatetime(published.engine.now)
    head, inputs = explained(published, day, known_at=now)
    assert {one.measure: one.reported for one in head.measures}["hs_on_time"]
    assert head.figure.value == "0"
    assert recomputed(head, inputs) == 0


def test_a_deadline_in_working_time_is_told_with_the_input_that_it_decides(published: Published) -> None:
    day = pb.Figure(
        indicator="PS-21.soon",
        subject_kind=pb.SUBJECT_KIND_PROVINCE,
        period="day",
        period_start="2025-10-23",
    )
    now = Timestamp()
    now.FromDatetime(published.engine.now)
    head, (one,) = explained(published, day, known_at=now)
    assert head.figure.value == "1"
    told = {field.name: datetime.fromisoformat(field.text) for field in one.fields if "clock" in field.name}
    due = datetime(2025, 10, 24, 17, 30, tzinfo=VIETNAM)
    assert told == {"clock.due": due, "clock.due_soon": due - timedelta(days=1)}


def test_a_restated_and_a_past_figure_are_made_again(published: Published) -> None:
    engine, before = published.engine, Timestamp()
    before.FromDatetime(engine.now)
    engine.now += timedelta(days=1)
    engine.follower.tick()  # October of 2025 is final
    engine.now += timedelta(hours=1)
    with engine.as_role("records") as connection:
        row = connection.execute(
            "SELECT batch, submitted_by FROM records.batches WHERE dataset = %s", (TICKETS,)
        ).fetchone()
        assert row is not None
        changing.withdraw(connection, row[0], row[1], "sai kỳ", engine.now, "t" * 32)
    engine.catch_up()
    request = pb.ListChangesRequest(batch=row[0])
    changes = published.stub.ListChanges(request, metadata=published.metadata, timeout=20).changes
    assert {one.after.indicator[:2] for one in changes} == {"CF"}
    for change in changes[:20]:
        head, inputs = explained(published, change.after)
        assert is_same(head.figure, recomputed(head, inputs))
        head, inputs = explained(published, change.after, known_at=before)
        assert is_same(head.figure, recomputed(head, inputs))
        assert head.figure.value == change.before.value


def test_progress_per_resolution_is_a_report(published: Published) -> None:
    request = pb.ExportFiguresRequest(
        indicators=["AR-07"],
        subject_kind=pb.SUBJECT_KIND_PROVINCE,
        period="year",
        on="2025-10-01",
        with_breakdowns=True,
        format="csv",
    )
    answers = published.stub.ExportFigures(request, metadata=published.metadata, timeout=20)
    text = b"".join(one.data for one in answers).decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0] == "AR-07"]
    assert {"", "Số văn bản của chỉ tiêu: NQ 02-NQ/TU"} <= {row[6] for row in rows}
    assert {row[20] for row in rows} == {"Kết quả thực hiện chỉ tiêu (plans.progress)"}
    assert "Thời điểm số liệu" in text
