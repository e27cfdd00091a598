"""The hub by its protocol: what a wall gets, what is refused, who is dropped."""

import asyncio
import json
import socket
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.registry.domain import Channel, Device
from services.registry.store import put_devices
from services.runtime.bus import Envelope, FactPublisher
from services.runtime.trace import new_trace_id
from services.telemetry.domain import Batch, Reading, SeriesName
from services.telemetry.store import append
from tests.fixtures.processes import Running
from tests.fixtures.servers import Rabbit
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import asked, hello, pair

pytestmark = pytest.mark.one_store("walls, cursors and frames; the one that reads what is kept runs on both")

BOARDS = Path(__file__).parents[1] / "samples" / "boards"
KEY = "r/test-001/laeq"
FACTS = ("telemetry.stored", "indicators.published")
Frame = dict[str, Any]


class Wall:
    """A wall that keeps what it was told, as the page does."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[Frame] = []
        self.values: dict[str, Frame] = {}
        self.missing: list[str] = []
        self.resume: Frame | None = None

    async def hear(self, wanted: Callable[["Wall"], bool], timeout_s: float = 10) -> Frame:
        """Reads frames until `wanted` is true of this wall; returns the last frame."""
        async with asyncio.timeout(timeout_s):
            while True:
                frame: Frame = json.loads(await self.connection.recv())
                self._take(frame)
                if wanted(self):
                    return frame

    def value(self, key: str = KEY) -> float | None:
        return self.values.get(key, {}).get("v")

    def _take(self, frame: Frame) -> None:
        self.frames.append(frame)
        if frame["type"] == "snapshot":
            self.values, self.resume = {}, {"epoch": frame["epoch"], "position": frame["position"]}
        if frame["type"] == "delta" and self.resume is not None:
            self.resume["position"] = frame["position"]
        self.values |= frame.get("values", {})
        self.missing = frame.get("missing", self.missing)


def meter(number: int) -> Device:
    channel = Channel("laeq", "a_weighted_equivalent_sound_level", "dBA", 20, 140)
    return Device(
        device=f"test-{number:03d}",
        kind="noise",
        name_vi=f"Tiếng ồn {number}",
        name_en="",
        shard="s0",
        area_code="",
        longitude=109.0,
        latitude=12.0,
        state="active",
        commissioned_at=datetime(2026, 1, 1, tzinfo=UTC),
        reporting_interval_s=10,
        channels=(channel,),
    )


@pytest.fixture
def hub(stack: Stack) -> Running:
    """A hub whose province has ten noise meters; test-001 is the first."""
    meters = [meter(number) for number in range(1, 11)]
    with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
        put_devices(connection, meters)
    return stack.start(
        "hub", HAIDANG_HUB_PEERS="{}", HAIDANG_HUB_SEND_TIMEOUT_S="2", HAIDANG_HUB_BOARDS=str(BOARDS)
    )


def store(stack: Stack, value: float, ago: timedelta = timedelta()) -> str:
    """What the gateway does with a message, without the broker; returns the trace id."""
    now = datetime.now(UTC)
    now_ms, at_ms = (int(moment.timestamp() * 1000) for moment in (now, now - ago))
    trace_id = new_trace_id()
    batch = Batch(trace_id, "s0", now_ms)
    batch.add(SeriesName("test-001", "laeq"), Reading(at_ms, value, 0, 0, now_ms))
    with psycopg.connect(stack.wiring.dsns["telemetry"]) as connection:
        append(connection, batch)
    return trace_id


@asynccontextmanager
async def wall(stack: Stack, resume: Frame | None = None, board: str = "tong-quan") -> AsyncIterator[Wall]:
    said = await asyncio.to_thread(
        lambda: hello(stack.ports.wall, pair(display(stack), board), board=board, resume=resume)
    )
    async with connect(address(stack), compression=None) as connection:
        await connection.send(said)
        yield Wall(connection)


def display(stack: Stack) -> str:
    return stack.wiring.dsns["display"]


def address(stack: Stack) -> str:
    return f"ws://127.0.0.1:{stack.ports.wall}/ws"


def run(scene: Awaitable[None]) -> None:
    async def whole() -> None:
        await scene

    asyncio.run(whole())


def test_a_wall_gets_a_snapshot_then_what_changes(stack: Stack, hub: Running) -> None:
    stack.start("relay")
    store(stack, 61.5)

    async def scene() -> None:
        async with wall(stack) as screen:
            snapshot = await screen.hear(lambda it: it.resume is not None)
            assert screen.frames[0]["type"] == "heartbeat", "the clock comes before the values"
            assert snapshot["board"]["board"] == "tong-quan"
            assert abs(snapshot["server_time_ms"] / 1000 - datetime.now(UTC).timestamp()) < 2
            await screen.hear(lambda it: it.value() == 61.5)
            trace_id = store(stack, 72.5)
            delta = await screen.hear(lambda it: it.value() == 72.5)
            assert delta["type"] == "delta"
            assert delta["trace_id"] == trace_id
            assert screen.values[KEY]["fresh_for_ms"] == 35_000
            store(stack, 99.0, ago=timedelta(minutes=5))  # late: no tile shows it
            store(stack, 73.5)
            await screen.hear(lambda it: it.value() == 73.5)
            assert 99.0 not in [frame.get("values", {}).get(KEY, {}).get("v") for frame in screen.frames]

    run(scene())


def test_a_wall_resumes_with_what_it_missed_and_starts_anew_after_a_restart(
    stack: Stack, hub: Running
) -> None:
    stack.start("relay")

    async def scene() -> None:
        async with wall(stack) as screen:
            await screen.hear(lambda it: it.resume is not None and it.missing == [])
            left = screen.resume
        store(stack, 66.5)
        async with wall(stack, resume=left) as screen:
            screen.resume = left
            await screen.hear(lambda it: it.value() == 66.5)
            assert "snapshot" not in [frame["type"] for frame in screen.frames]
            left = screen.resume
        assert hub.stop() == 0
        stack.start("hub", HAIDANG_HUB_PEERS="{}")
        async with wall(stack, resume=left) as screen:
            snapshot = await screen.hear(lambda it: it.value() == 66.5)
            assert snapshot["epoch"] != (left or {})["epoch"]

    run(scene())


def test_walls_are_told_goodbye_when_the_hub_stops(stack: Stack, hub: Running) -> None:
    async def scene() -> None:
        async with wall(stack) as screen:
            await screen.hear(lambda it: it.resume is not None)
            hub.process.terminate()
            goodbye = await screen.hear(lambda it: it.frames[-1]["type"] == "goodbye")
            assert goodbye["reason"] == "hub_stopping"

    run(scene())
    assert hub.process.wait(15) == 0


NOT_UNDERSTOOD: list[tuple[list[str], str]] = [
    (["not json"], "not_understood"),
    (['{"type":"hello","protocol":2}'], "not_understood"),
    (['{"type":"hello","protocol":1,"board":"tong-quan"}'], "unknown_protocol"),
    (['{"type":"hello","protocol":2,"ticket":"none"}'], "ticket_refused"),
    (["HELLO", "more"], "not_understood"),
    (["HELLO", '{"type":"board","board":"moi-truong"}'], "not_your_board"),
    (["HELLO", *['{"type":"board","board":"tong-quan"}'] * 30], "too_fast"),
    (["HELLO OF ANOTHER BUILD"], "reload"),
    ([], "no_hello"),
]


def test_what_is_not_understood_closes_that_connection_with_a_reason(stack: Stack, hub: Running) -> None:
    secret = pair(display(stack), "tong-quan")

    async def closed_with(frames: list[str]) -> tuple[str, str]:
        ours = await asyncio.to_thread(hello, stack.ports.wall, secret)
        other = await asyncio.to_thread(lambda: hello(stack.ports.wall, secret, build="index-old.js"))
        said = {"HELLO": ours, "HELLO OF ANOTHER BUILD": other}
        async with connect(address(stack)) as connection:
            for frame in frames:
                await connection.send(said.get(frame, frame))
            goodbye = await Wall(connection).hear(lambda it: it.frames[-1]["type"] == "goodbye")
            with pytest.raises(ConnectionClosed) as closed:
                await connection.recv()
            assert closed.value.rcvd is not None
            return goodbye["reason"], closed.value.rcvd.reason

    async def scene() -> None:
        async with wall(stack) as other:
            await other.hear(lambda it: it.resume is not None)
            for frames, reason in NOT_UNDERSTOOD:
                assert await closed_with(frames) == (reason, reason), frames
            await other.hear(lambda it: it.frames[-1]["type"] == "heartbeat")

    run(scene())


def test_a_frame_beyond_the_limit_ends_the_connection(stack: Stack, hub: Running) -> None:
    async def scene() -> None:
        async with connect(address(stack)) as connection:
            await connection.send("x" * 5000)
            with pytest.raises(ConnectionClosed) as closed:
                await connection.recv()
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1009

    run(scene())


def test_a_page_of_another_origin_is_refused(stack: Stack, hub: Running) -> None:
    async def scene() -> None:
        with pytest.raises(InvalidStatus) as refused:
            async with connect(address(stack), origin="http://evil.example"):  # type: ignore[arg-type]
                pass
        assert refused.value.response.status_code == 403
        own = f"http://127.0.0.1:{stack.ports.wall}"
        async with connect(address(stack), origin=own):  # type: ignore[arg-type]
            pass

    run(scene())


def test_a_frozen_wall_is_dropped_within_ten_seconds_and_the_others_go_on(stack: Stack, hub: Running) -> None:
    stack.start("relay")
    frozen = socket.create_connection(("127.0.0.1", stack.ports.wall))
    frozen.sendall(
        b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    said = hello(stack.ports.wall, pair(display(stack))).encode()
    frozen.sendall(bytes([0x81, 0xFE, 0, len(said), 0, 0, 0, 0]) + said)  # masked with zeros
    eventually(lambda: walls(hub) == 1)

    async def scene() -> None:
        async with wall(stack) as screen:
            await screen.hear(lambda it: it.resume is not None)
            async with asyncio.timeout(11):
                while walls(hub) != 1:  # itself
                    await screen.hear(lambda it: it.frames[-1]["type"] == "heartbeat")
            store(stack, 77.5)
            await screen.hear(lambda it: it.value() == 77.5)

    run(scene())
    frozen.close()


def walls(hub: Running) -> float:
    lines = hub.http("/metrics")[1].splitlines()
    return next((float(line.split()[-1]) for line in lines if line.startswith("haidang_hub_walls{")), 0)


@pytest.mark.both_stores
def test_while_the_bus_is_away_values_come_from_the_database(
    stack: Stack, hub: Running, rabbitmq: Rabbit
) -> None:
    stack.start("relay")

    async def scene() -> None:
        async with wall(stack) as screen:
            await screen.hear(lambda it: it.resume is not None and it.missing == [])
            await asyncio.to_thread(rabbitmq.stop)
            await screen.hear(lambda it: it.missing == ["bus"], 15)
            store(stack, 68.5)
            await screen.hear(lambda it: it.value() == 68.5, 15)
            await asyncio.to_thread(rabbitmq.start)
            await screen.hear(lambda it: it.missing == [], 30)
            store(stack, 69.5)
            await screen.hear(lambda it: it.value() == 69.5)

    run(scene())


def test_without_its_database_a_hub_serves_and_says_so(stack: Stack) -> None:
    dsns = {**stack.wiring.dsns, "display": "postgresql://ioc_display@127.0.0.1:9/x"}
    running = stack.through(dsns=dsns).launch("hub", HAIDANG_HUB_PEERS="{}")
    eventually(lambda: "bus" not in running.http("/ready")[1] and running.http("/ready")[0] == 503, 20)

    assert asked(stack.ports.wall, "secret")[0] == 503  # walls keep what they show, and ask again
    assert running.http("/live")[0] == 200


def test_a_device_that_is_added_appears_on_the_board(stack: Stack, hub: Running) -> None:
    async def scene() -> None:
        async with wall(stack) as screen:
            await screen.hear(lambda it: it.resume is not None)
            with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
                put_devices(connection, [meter(99)])
            frame = await screen.hear(lambda it: it.frames[-1]["type"] == "snapshot", 15)
            assert "test-099" in json.dumps(frame["board"])

    run(scene())


def test_facts_of_both_contexts_come_in(stack: Stack, hub: Running) -> None:
    publisher = FactPublisher(stack.wiring.amqp_url)
    for fact in FACTS:
        publisher.publish([Envelope("e", 1, "t", fact, msgspec.Raw(b"{}"))])
    publisher.close()

    def counted() -> bool:
        metrics = hub.http("/metrics")[1]
        return all(f'haidang_hub_facts_total{{fact="{fact}"' in metrics for fact in FACTS)

    eventually(counted)
    assert hub.http("/live")[0] == 200


def test_the_page_and_the_map_are_served(stack: Stack, hub: Running) -> None:
    base = f"http://127.0.0.1:{stack.ports.wall}"
    with urllib.request.urlopen(f"{base}/client/haidang.protoset", timeout=5) as answer:
        assert b"ioc.access.v1" in answer.read()
    with urllib.request.urlopen(f"{base}/map.geojson", timeout=5) as answer:
        assert answer.headers["Content-Type"] == "application/geo+json"
        assert json.load(answer)["type"] == "FeatureCollection"
    for path in ("/nothing", "/../../etc/passwd", "/assets/"):
        with pytest.raises(urllib.error.HTTPError) as missing:
            urllib.request.urlopen(base + path, timeout=5)
        assert missing.value.code == 404
