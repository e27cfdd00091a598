"""The collector pulls by itself: pages once each, a breaker that opens and closes, a cursor that survives."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import grpc
import psycopg
import pytest
from ioc.records.v1 import sources_pb2 as pb
from ioc.records.v1.sources_pb2_grpc import SourcesServiceStub

from services.collector_process import TICK_S
from services.registry.tokens import issue
from services.runtime.rpc_settings import RpcSettings
from tests.fixtures.ports import free_port
from tests.fixtures.processes import Processes, Running
from tests.fixtures.rpc import serving_contexts
from tests.fixtures.servers import Database
from tests.fixtures.waiting import eventually, never
from tests.integration.api.conftest import bearer
from tests.integration.api.records_world import declared, row
from tests.integration.office import Office
from tests.integration.test_records_import import MAPPING, lines_of

__all__ = ["declared"]

JSON_MAPPING = MAPPING.replace('"csv"', '"json"\nrows_at = "rows"')
QUICK = {"every_s": 0.05, "timeout_s": 0.5, "retry_s": 0.01, "rest_s": 1.0}
PAGES = 6  # of one row each
FULL_PAGE = 15_000  # three chunks


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Office([[row(1), row(2)], [row(3), row(4, fee="nhiều")]]) as server:
        (tmp_path / "secrets").mkdir()
        (tmp_path / "secrets/office-token").write_text("Bearer of-the-office\n", encoding="utf-8")
        server.declare(tmp_path, JSON_MAPPING, **QUICK)
        with (tmp_path / "sources.toml").open("a", encoding="utf-8") as file:
            file.write('\nsecret_headers = {Authorization = "office-token"}\n')
        yield server


@pytest.fixture
def launch(declared: Database, processes: Processes, tmp_path: Path) -> Callable[[], Running]:
    def start() -> Running:
        settings = declared.environment() | {
            "HAIDANG_HEALTH_PORT": str(free_port()),
            "HAIDANG_RECORDS_DATASETS": os.environ["HAIDANG_RECORDS_DATASETS"],
            "HAIDANG_RECORDS_PSEUDONYM_KEY": os.environ["HAIDANG_RECORDS_PSEUDONYM_KEY"],
            "HAIDANG_RECORDS_SOURCES": str(tmp_path),
            "HAIDANG_RECORDS_SECRETS": str(tmp_path / "secrets"),
        }
        return processes.start("collector", "services", "collector", settings=settings)

    return start


@pytest.fixture
def source(declared: Database) -> Iterator[Callable[[], Any]]:
    """The source as the API tells it."""
    with psycopg.connect(declared.dsn("registry")) as connection:
        metadata = bearer(issue(connection, "reader", ("records.read",), None, requests_per_s=1_000))
    contexts = ("areas", "registry", "records")
    with (
        serving_contexts(declared, contexts, RpcSettings(port=0, grace_s=1)) as address,
        grpc.insecure_channel(address) as channel,
    ):
        stub: Any = SourcesServiceStub(channel)

        def ask() -> Any:
            found = stub.ListSources(pb.ListSourcesRequest(), metadata=metadata, timeout=10).sources
            return next((one for one in found if one.name == "office"), pb.PulledSource())

        yield ask


def test_a_source_is_pulled_by_itself_rests_when_it_fails_and_goes_on_at_its_cursor(
    office: Office, launch: Callable[[], Running], source: Callable[[], Any], declared: Database
) -> None:
    collector = launch().wait_ready()
    eventually(lambda: source().cursor == "2")
    assert [line for _, line in lines_of(declared)] == [1, 2, 1]
    assert {one["Authorization"] for one in office.headers} == {"Bearer of-the-office"}
    refused = 'haidang_records_source_rejected_total{source="office"} 1.0'
    metrics = eventually(lambda: refused in (text := collector.http("/metrics")[1]) and text)
    assert "haidang_records_promises_looked_at_seconds" in metrics

    office.failures = 1_000_000
    opened = eventually(lambda: (one := source()).breaker == pb.BREAKER_OPEN and one)
    assert opened.failures == 5
    assert "503" in opened.last_error
    asked = len(office.asked)
    never(lambda: len(office.asked) > asked, during_s=0.3)
    collector.kill()
    eventually(lambda: source().breaker == pb.BREAKER_HALF_OPEN)

    office.failures = 0
    office.pages.append([row(2, fee="60.000")])
    first = len(office.asked)
    again = launch().wait_ready()
    closed = eventually(lambda: (one := source()).cursor == "3" and one)
    assert (closed.breaker, closed.failures) == (pb.BREAKER_CLOSED, 0)
    assert (closed.pages, closed.lines) == (3, 5)
    assert closed.host == f"127.0.0.1:{office.server_port}"
    assert office.asked[first] == "2"
    assert len(lines_of(declared)) == 4
    assert again.stop() == 0


def test_two_collectors_take_each_page_once(
    office: Office,
    launch: Callable[[], Running],
    source: Callable[[], Any],
    declared: Database,
    tmp_path: Path,
) -> None:
    office.declare(tmp_path, JSON_MAPPING, **QUICK | {"timeout_s": 30})
    office.pages = [[row(number)] for number in range(PAGES)]
    office.may_answer.clear()
    both = [launch(), launch()]
    for one in both:
        one.wait_ready()
    eventually(lambda: office.asked)
    never(lambda: len(office.asked) > 1, during_s=2 * TICK_S)

    office.may_answer.set()
    done = eventually(lambda: (one := source()).cursor == str(PAGES) and one)
    assert (done.pages, done.lines, done.failures) == (PAGES, PAGES, 0)
    assert office.asked[:PAGES] == ["", *map(str, range(1, PAGES))]
    assert str(PAGES - 1) not in office.asked[PAGES:]
    assert len({batch for batch, _ in lines_of(declared)}) == len(lines_of(declared)) == PAGES
    assert sum(one.logs().count('"collector.pulled"') for one in both) == PAGES


def test_a_page_that_was_cut_off_has_every_row_once(
    office: Office, launch: Callable[[], Running], source: Callable[[], Any], declared: Database
) -> None:
    office.pages = [[row(number) for number in range(FULL_PAGE)]]
    collector = launch()
    eventually(lambda: bool(lines_of(declared)))
    collector.kill()
    assert 0 < len(lines_of(declared)) < FULL_PAGE

    launch()
    done = eventually(lambda: (one := source()).cursor == "1" and one, timeout_s=20)
    assert (done.pages, done.lines) == (1, FULL_PAGE)
    assert [line for _, line in lines_of(declared)] == list(range(1, FULL_PAGE + 1))
    assert len({batch for batch, _ in lines_of(declared)}) == 1


def test_a_declaration_that_cannot_work_ends_the_start(
    office: Office, launch: Callable[[], Running], tmp_path: Path
) -> None:
    mapping = tmp_path / "office.toml"
    mapping.write_text(mapping.read_text(encoding="utf-8").replace('fee = "fee"', 'feee = "fee"'), "utf-8")
    collector = launch()
    assert collector.process.wait(20) != 0
    assert "no field 'feee'" in collector.logs()
    assert office.asked == []
