"""Conversations at the door: of a wall, and of a screen that waits to become one."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog

from services.display import metrics, store, wall_frames
from services.display.line import Line
from services.display.live import LiveBoard
from services.display.live import Wall as Screen
from services.display.managed import Managed, Run, Session, new_code, redeemed
from services.display.wall_frames import Hello, Painted, Redeem
from services.display.walls import Allowance
from services.runtime.outcome import Unavailable

log = structlog.get_logger(__name__)
First = TypeVar("First")

HEARTBEAT_S = 2.0
KNOWN_S = 4.0  # for the hub to read a wall that it has just paired
HELLO_S = 5.0  # a connection that says nothing within this time is closed
FRAMES, FRAMES_PER_S = 25, 5.0  # that a wall may say in so many seconds


class Refused(Exception):
    """Ends one connection; the reason is told to the wall."""


Say = Callable[[str, bytes], Awaitable[None]]  # kind of the frame, and the frame


class WallTalk:
    """One wall from its hello to its end."""

    def __init__(
        self,
        connection: Line,
        say: Say,
        managed: Managed,
        boards: Mapping[str, LiveBoard],
        now_ms: Callable[[], int],
    ) -> None:
        self._connection = connection
        self._say = say
        self._managed = managed
        self._boards = boards
        self._now_ms = now_ms
        self._allowance = Allowance(FRAMES, FRAMES_PER_S)

    async def run(self) -> None:
        """Ends by Refused, by a lost connection, or by a wall that takes nothing."""
        hello = await _first(self._connection, wall_frames.decode_hello)
        wall = self._managed.admit(hello.ticket)
        if wall is None:
            raise Refused("ticket_refused")
        if hello.build and hello.build != self._managed.build:
            raise Refused("reload")
        self._session = Session(wall, self._connection, datetime.now(UTC))
        self._session.build = hello.build
        self._board = self._begin(hello)
        log.info("wall.came", wall=wall.wall, board=self._board_name, peer=self._connection.remote_address)
        self._managed.came(self._session)
        try:
            await _both(self._tell(), self._listen())
        finally:
            self._managed.left(self._session)
            self._leave()

    def _begin(self, hello: Hello) -> LiveBoard:
        """The board that it had and may still show, resumed where that can be; else what it is to show."""
        shown = self._managed.shown(self._session.wall)
        self._board_name = hello.board if hello.board in shown.boards else shown.board
        board = self._enter()
        resume = hello.resume
        if (
            resume
            and self._board_name == hello.board
            and board.state.can_resume(resume.epoch, resume.position)
        ):
            self._session.screen.mailbox.resume(resume.epoch, resume.position)
        return board

    def _enter(self) -> LiveBoard:
        board = self._boards.get(self._board_name)
        if board is None:
            raise Refused("unknown_board")
        board.enter(self._session.screen)
        self._came_ms = self._now_ms()
        metrics.WALLS.labels(self._board_name).inc()
        return board

    def _leave(self) -> None:
        self._board.leave(self._session.screen)
        metrics.WALLS.labels(self._board_name).dec()

    def _turn_to(self, board: str) -> None:
        if board != self._board_name:
            self._leave()
            self._board_name = board
            self._board = self._enter()
        self._session.screen.woken.set()

    async def _tell(self) -> None:
        screen, told = self._session.screen, None
        await self._say("heartbeat", self._board.heartbeat())
        while True:
            screen.woken.clear()
            wall = self._managed.wall(self._session)
            if wall is None:
                raise Refused("revoked")
            if wall.reloads != self._session.wall.reloads:
                raise Refused("reload")
            shown = self._managed.shown(wall)
            if (shown, wall.name, wall.language) != told:
                told = (shown, wall.name, wall.language)
                await self._say("show", wall_frames.show(wall, shown, self._managed.simulated))
            if self._board_name not in shown.boards:
                self._turn_to(shown.board)
            while owed := self._board.next_frame(screen):
                await self._say(*owed)
            await screen.woken.wait()

    async def _listen(self) -> None:
        async for frame in self._connection:
            if not self._allowance.spend("", time.monotonic()):
                raise Refused("too_fast")
            try:
                said = wall_frames.decode_said(frame)
            except wall_frames.NOT_UNDERSTOOD:
                raise Refused("not_understood") from None
            if isinstance(said, Painted):
                self._take_report(said)
                continue
            wall = self._managed.wall(self._session)
            if wall is None or said.board not in self._managed.shown(wall).boards:
                raise Refused("not_your_board")
            self._turn_to(said.board)

    def _take_report(self, said: Painted) -> None:
        is_here = said.board == self._board_name
        progress, now_ms = self._board.progress, self._now_ms()
        behind_ms = progress.behind_ms(said.position, self._came_ms, now_ms) if is_here else 0
        self._managed.painted(self._session, said, behind_ms)


class PairTalk:
    """One screen until it has its wall's secret."""

    def __init__(self, connection: Line, say: Say, managed: Managed, run: Run[Any]) -> None:
        self._connection = connection
        self._say = say
        self._managed = managed
        self._run = run
        self._screen = Screen(connection)

    async def run(self, heartbeat: Callable[[], bytes]) -> None:
        """Ends when the secret was told, or by Refused."""
        asked = await _first(self._connection, wall_frames.decode_asked)
        if not self._managed.may_try(str(self._connection.remote_address[0])):
            raise Refused("too_many_codes")
        try:
            self._managed.waiting.add(self._screen)
            if isinstance(asked, Redeem):
                await self._redeem(asked.code)
            else:
                await _both(self._show_codes(heartbeat), self._hear_nothing())
        except Unavailable:
            raise Refused("not_now") from None
        finally:
            self._managed.waiting.discard(self._screen)

    async def _redeem(self, code: str) -> None:
        secret = await redeemed(self._run, code)
        if secret is None:
            raise Refused("code_refused")
        await self._tell_secret(secret)

    async def _tell_secret(self, secret: str) -> None:
        """Not before this hub knows it: the screen would be refused its first ticket, and forget it."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KNOWN_S):
                while not self._managed.knows(secret):
                    self._screen.woken.clear()
                    await self._screen.woken.wait()
        await self._say("paired", wall_frames.paired(secret))

    async def _show_codes(self, heartbeat: Callable[[], bytes]) -> None:
        """Shows one code after another until one of them is paired."""
        while not await self._show_code(self._screen, heartbeat):
            pass

    async def _show_code(self, screen: Screen, heartbeat: Callable[[], bytes]) -> bool:
        life_s = store.CODE_LIFE.total_seconds()
        until_s = time.monotonic() + life_s
        code = await new_code(self._run)
        try:
            await self._say("code", wall_frames.code(code, int(life_s)))
            while time.monotonic() < until_s:
                screen.woken.clear()
                secret = await redeemed(self._run, code)
                if secret is not None:
                    await self._tell_secret(secret)
                    return True
                await self._wait(screen, until_s, heartbeat)
            return False
        finally:
            await self._run(lambda connection: store.drop_code(connection, code))

    async def _wait(self, screen: Screen, until_s: float, heartbeat: Callable[[], bytes]) -> None:
        """Until something about walls has changed, or the code has expired."""
        while time.monotonic() < until_s:
            try:
                async with asyncio.timeout(HEARTBEAT_S):
                    await screen.woken.wait()
                return
            except TimeoutError:
                await self._say("heartbeat", heartbeat())

    async def _hear_nothing(self) -> None:
        async for _ in self._connection:
            raise Refused("not_understood")


async def _first(connection: Line, decode: Callable[[str | bytes], First]) -> First:
    """The first frame. Raises Refused."""
    try:
        async with asyncio.timeout(HELLO_S):
            frame = await connection.recv()
    except TimeoutError:
        raise Refused("no_hello") from None
    try:
        if wall_frames.protocol_of(frame) != wall_frames.PROTOCOL:
            raise Refused("unknown_protocol")
        return decode(frame)
    except wall_frames.NOT_UNDERSTOOD:
        raise Refused("not_understood") from None


async def _both(telling: Awaitable[None], listening: Awaitable[None]) -> None:
    """Runs both until one of them ends, and raises what ended it."""
    tasks = {asyncio.ensure_future(telling), asyncio.ensure_future(listening)}
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
