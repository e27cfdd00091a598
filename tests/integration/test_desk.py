"""The desk by its protocol: calls in the name of a token, and what ends a connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import psycopg
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.registry.tokens import issue
from services.runtime import outbox
from services.runtime.db import connect as open_database
from tests.fixtures.processes import Running
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.integration.api.test_alarms import put

pytestmark = pytest.mark.one_store("calls go by the API, whatever keeps telemetry")

ALARMS = "ioc.alarms.v1.AlarmsService"
Frame = dict[str, Any]


class Page:
    """What an operator's page does, without a browser."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.may: list[str] = []

    async def say(self, **frame: Any) -> None:
        await self.connection.send(json.dumps(frame))

    async def hear(self, *kinds: str) -> Frame:
        """The next frame of these kinds."""
        async with asyncio.timeout(10):
            while True:
                frame: Frame = json.loads(await self.connection.recv())
                if frame["type"] in kinds:
                    return frame

    async def call(self, method: str, number: int = 1, **request: Any) -> Frame:
        """The first frame that answers a call."""
        await self.say(type="call", id=number, method=method, request=request)
        return await self.hear("answer", "error", "goodbye")


@pytest.fixture
def desk(stack: Stack) -> Running:
    stack.start("api")
    return stack.start("desk")


@pytest.fixture
def secret(stack: Stack) -> Callable[..., str]:
    def make(*scopes: str) -> str:
        with psycopg.connect(stack.wiring.dsns["registry"]) as connection:
            return issue(connection, "ca-dem", ("access.self", *scopes), None)

    return make


@asynccontextmanager
async def page(stack: Stack, **headers: Any) -> AsyncIterator[Page]:
    async with connect(f"ws://127.0.0.1:{stack.ports.desk}/desk", proxy=None, **headers) as connection:
        yield Page(connection)


@asynccontextmanager
async def signed_in(stack: Stack, token: str) -> AsyncIterator[Page]:
    async with page(stack) as one:
        await one.say(type="sign_in", protocol=1, token=token)
        frame = await one.hear("signed_in", "goodbye")
        assert frame["type"] == "signed_in"
        assert frame["who"]["name"] == "ca-dem"
        one.may = frame["may"]
        yield one


def test_an_operator_sees_alarms_as_they_change_and_acts_in_the_name_of_the_token(
    stack: Stack, desk: Running, secret: Callable[..., str]
) -> None:
    async def talk() -> None:
        with open_database(stack.wiring.dsns["alarms"], "test") as connection:
            number = str(put(connection, "station", "air-001", ""))
        async with signed_in(stack, secret("alarms.read", "alarms.handle")) as one:
            await one.say(type="call", id=7, method=f"{ALARMS}/WatchAlarms")
            assert (await one.hear("answer"))["answer"].keys() == {"resumeToken"}
            listed = await one.call(f"{ALARMS}/ListAlarms", 8)
            assert [alarm["alarm"] for alarm in listed["answer"]["alarms"]] == [number]
            assert (await one.hear("end"))["id"] == 8

            done = await one.call(f"{ALARMS}/Acknowledge", 9, alarm=number, note="đã gọi Trạm Ộ Ễ Ự Ẵ Ỹ")
            assert done["answer"]["alarm"]["acknowledgedBy"] == "ca-dem"
            with open_database(stack.wiring.dsns["alarms"], "test") as connection:
                outbox.assign_positions(connection, "alarms", 1_000)  # as the relay does
            changes = []
            while "acknowledge" not in [change["change"]["event"] for change in changes]:
                frame = await one.hear("answer")
                changes += frame["answer"].get("changes", [])
            assert frame["id"] == 7
            assert changes[-1]["change"]["note"] == "đã gọi Trạm Ộ Ễ Ự Ẵ Ỹ"

            await one.say(type="stop", id=7)
            assert (await one.call(f"{ALARMS}/ListRules", 7))["type"] == "answer"  # the number is free again

    asyncio.run(talk())


def test_what_cannot_be_done_is_told_and_the_line_stays(
    stack: Stack, desk: Running, secret: Callable[..., str]
) -> None:
    async def talk() -> None:
        async with signed_in(stack, secret("alarms.read")) as one:
            assert f"{ALARMS}/ListAlarms" in one.may
            assert f"{ALARMS}/Acknowledge" not in one.may
            for method, request, code, word in (
                (f"{ALARMS}/Acknowledge", {"alarm": "1"}, "PERMISSION_DENIED", "alarms.handle"),
                (f"{ALARMS}/GetHistory", {"alarm": "999"}, "NOT_FOUND", "999"),
                (f"{ALARMS}/ListAlarms", {"sates": []}, "INVALID_ARGUMENT", "sates"),
                (f"{ALARMS}/ListAlarms", {"severityFrom": 9}, "INVALID_ARGUMENT", "severity_from"),
                ("ioc.registry.v1.RegistryService/PutDevices", {}, "UNIMPLEMENTED", "PutDevices"),
            ):
                frame = await one.call(method, **request)
                assert (frame["type"], frame["code"]) == ("error", code)
                assert word in frame["detail"]

    asyncio.run(talk())


def test_who_is_not_understood_or_too_fast_is_told_why_and_shut_out(
    stack: Stack, desk: Running, secret: Callable[..., str]
) -> None:
    async def talk() -> None:
        token = secret("alarms.read")
        firsts: list[tuple[str | bytes, str]] = [
            ("{", "not_understood"),
            (b"\xff\xfe", "not_understood"),
            ('{"type": "call", "id": 1, "method": "x"}', "not_understood"),
            (json.dumps({"type": "sign_in", "protocol": 9, "token": token}), "unknown_protocol"),
            (json.dumps({"type": "sign_in", "protocol": 1, "token": "Ộ\n"}), "token_refused"),
            (json.dumps({"type": "sign_in", "protocol": 1, "token": "hdt_none"}), "token_refused"),
        ]
        for first, reason in firsts:
            async with page(stack) as one:
                await one.connection.send(first)
                assert (await one.hear("goodbye"))["reason"] == reason
        async with signed_in(stack, token) as one:
            await one.connection.send('{"type": "call", "id": 1}')
            assert (await one.hear("goodbye"))["reason"] == "not_understood"
        async with signed_in(stack, token) as one:
            number = 0
            while (frame := await one.call("none", number))["type"] == "error":
                number += 1
            assert (frame["reason"], number >= 60) == ("too_fast", True)
        async with signed_in(stack, token) as one:
            for number in range(33):
                await one.say(type="call", id=number, method=f"{ALARMS}/WatchAlarms")
            assert (await one.hear("goodbye"))["reason"] == "too_many_calls"
        async with signed_in(stack, token) as one:
            await one.connection.send("x" * 70_000)
            with pytest.raises(ConnectionClosed):
                await one.hear("goodbye")
            assert one.connection.close_code == 1009
        with pytest.raises(InvalidStatus) as refused:
            async with page(stack, origin="http://evil.example"):
                pass
        assert refused.value.response.status_code == 403

    asyncio.run(talk())


def test_an_api_that_is_away_is_told_and_the_desk_is_not_ready(
    stack: Stack, secret: Callable[..., str]
) -> None:
    async def talk() -> None:
        api, token = stack.start("api"), secret("alarms.read")
        desk = stack.start("desk")
        async with signed_in(stack, token) as one:
            api.kill()
            frame = await one.call(f"{ALARMS}/ListAlarms")
            assert (frame["type"], frame["code"]) == ("error", "UNAVAILABLE")
        async with page(stack) as one:
            await one.say(type="sign_in", protocol=1, token=token)
            assert (await one.hear("goodbye"))["reason"] == "api_away"
        eventually(lambda: desk.http("/ready")[0] == 503 and "api" in desk.http("/ready")[1])

    asyncio.run(talk())
