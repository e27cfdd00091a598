"""More than the database takes: `prio` waits for one batch of another shard, not for its backlog."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.fixtures.proxy import Proxy
from tests.fixtures.servers import Database, MosquittoServer
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.gateway_world import GatewayWorld

pytestmark = pytest.mark.both_stores

BACKLOG = 20_000  # four times the largest batch: some seconds
BYTES_PER_S = 150_000  # a batch of 500 takes about a third of a second


def test_prio_overtakes_a_backlog_on_a_slow_line_to_the_database(
    database: Database, mosquitto: MosquittoServer, stack: Stack, proxy: Callable[[int], Proxy]
) -> None:
    crowd = GatewayWorld(database, mosquitto, stack, "overload")
    prio = replace(crowd, shard="prio")
    crowd.register("test-001")
    prio.register("test-002")
    line = proxy(database.server.port)
    settings = {
        "HAIDANG_GATEWAY_SHARDS": json.dumps(["overload", "prio"]),
        "HAIDANG_TELEMETRY_DSN": database.dsn("telemetry").replace(
            f":{database.server.port}/", f":{line.port}/"
        ),
    }
    assert stack.start("gateway", **settings).stop() == 0  # now the broker keeps for both shards
    crowd.send(
        "test-001",
        *(json.dumps({"ts": 1_700_000_000_000 + n, "values": {"temp": n}}) for n in range(BACKLOG)),
    )
    line.throttle(BYTES_PER_S)
    stack.start("gateway", **settings)
    with prio.device("test-002") as client:
        eventually(lambda: crowd.stored() > 0)
        before = crowd.stored()
        prio.publish(client, prio.topic("test-002"), [json.dumps({"values": {"temp": 21}})])
        eventually(lambda: "test-002" in crowd.ledger())
    assert crowd.ledger()["test-001"].stored - before < BACKLOG / 2
    line.resume()
    eventually(lambda: crowd.stored() == BACKLOG + 1, 30)
