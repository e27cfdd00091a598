"""The walls as the hub knows them: settings read from the database, who is connected, what each said last."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from services.display import store
from services.display.line import Line
from services.display.live import Wall as Screen
from services.display.wall_frames import Painted
from services.display.walls import (
    CODE_LETTERS,
    SHOWN_CODE,
    Allowance,
    Incident,
    Report,
    Shown,
    Tickets,
    Wall,
    by_token,
    may_be_code,
    plain_code,
    shown,
)
from services.runtime.db import Connection

Answer = TypeVar("Answer")
Run = Callable[[Callable[[Connection], Answer]], Awaitable[Answer]]

SECRET_BYTES = 32
TICKETS_A_MINUTE = 60  # of one address: a wall that comes back needs one
CODES_A_MINUTE = 10  # tries of one address, so that none is guessed


class Session:
    """One connected wall."""

    def __init__(self, wall: Wall, line: Line, came_at: datetime) -> None:
        self.wall = wall  # as it was when it came
        self.came_at = came_at
        self.screen = Screen(line)
        self.build = ""
        self.report: Report | None = None


class Managed:
    """Lives on the event loop; nothing here waits. `build` is that of the page, set by who serves it."""

    def __init__(
        self,
        boards: Callable[[], Sequence[str]],
        ticket_s: float,
        now_ms: Callable[[], int],
        simulated: bool = False,
    ) -> None:
        self.simulated = simulated
        self._boards = boards
        self._now_ms = now_ms
        self._walls: Mapping[int, Wall] = {}
        self._by_token: Mapping[bytes, Wall] = {}
        self._incidents: Sequence[Incident] = ()
        self._tickets = Tickets(ticket_s)
        self._ticket_allowance = Allowance(TICKETS_A_MINUTE, 60)
        self._code_allowance = Allowance(CODES_A_MINUTE, 60)
        self._sessions: set[Session] = set()
        self._changed: dict[int, Session | None] = {}  # since reports were last written; None: it left
        self.waiting: set[Screen] = set()  # screens that show a code
        self.build = ""
        self.is_ready = False  # walls were read

    def take(self, walls: Sequence[Wall], incidents: Sequence[Incident]) -> None:
        """What the database says now; whoever it concerns is woken."""
        self._walls = {wall.wall: wall for wall in walls}
        self._by_token = by_token(walls)
        self._incidents = incidents
        self.is_ready = True
        self.wake()

    def wake(self) -> None:
        """What walls show, or the codes of screens, may be other ones by now."""
        for screen in [*(session.screen for session in self._sessions), *self.waiting]:
            screen.woken.set()

    def knows(self, secret: str) -> bool:
        """Whether a wall has this secret, as far as was read."""
        return digest(secret) in self._by_token

    def ticket(self, secret: str, address: str) -> str | None:
        """A ticket for the wall that has this secret; None: there is none such.

        Raises:
            TooOften: this address has asked too often.
        """
        if not self._ticket_allowance.spend(address, time.monotonic()):
            raise TooOften
        wall = self._by_token.get(digest(secret))
        if wall is None:
            return None
        made = secrets.token_urlsafe(SECRET_BYTES)
        self._tickets.issue(made, wall.wall, time.monotonic())
        return made

    def admit(self, ticket: str) -> Wall | None:
        """The wall whose ticket this is; it is used up by that."""
        number = self._tickets.redeem(ticket, time.monotonic())
        return None if number is None else self._walls.get(number)

    def wall(self, session: Session) -> Wall | None:
        """A connected wall as it is set now; None: it was revoked, or another screen has it."""
        wall = self._walls.get(session.wall.wall)
        return wall if wall is not None and wall.token == session.wall.token else None

    def shown(self, wall: Wall) -> Shown:
        return shown(wall, self._incidents, self._boards())

    def came(self, session: Session) -> None:
        self._sessions.add(session)
        self._changed[session.wall.wall] = session

    def left(self, session: Session) -> None:
        self._sessions.discard(session)
        others = [one for one in self._sessions if one.wall.wall == session.wall.wall]
        self._changed[session.wall.wall] = others[0] if others else None

    def painted(self, session: Session, said: Painted, behind_ms: int) -> None:
        """What a wall says of itself."""
        now_ms = self._now_ms()
        offset_ms = said.clock_ms - now_ms
        session.report = Report(
            now_ms, said.board, behind_ms, offset_ms, said.heap_bytes, said.fps, session.build, said.width,
            said.height,
        )  # fmt: skip
        self._changed[session.wall.wall] = session

    def reports(self) -> dict[int, tuple[datetime | None, Report | None]]:
        """What is to be written since the last call."""
        changed, self._changed = self._changed, {}
        return {
            wall: (None, None) if session is None else (session.came_at, session.report)
            for wall, session in changed.items()
        }

    def may_try(self, address: str) -> bool:
        """Whether this address may hand in a code, or ask for one."""
        return self._code_allowance.spend(address, time.monotonic())


class TooOften(Exception):
    """Ask later."""


async def new_code(run: Run[bool]) -> str:
    """A code that no other screen shows."""
    while True:
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(SHOWN_CODE))
        if await run(lambda connection, code=code: store.put_code(connection, code, datetime.now(UTC))):  # type: ignore[misc]
            return code


async def redeemed(run: Run[int | None], code: str) -> str | None:
    """The secret of the wall that a code is for; None: it is for none (yet)."""
    plain = plain_code(code)
    if not may_be_code(plain):
        return None
    secret = secrets.token_urlsafe(SECRET_BYTES)
    hashed = digest(secret)
    wall = await run(lambda connection: store.redeem(connection, plain, hashed, datetime.now(UTC)))
    return None if wall is None else secret


def digest(secret: str) -> bytes:
    """What is kept of a secret of 256 bits."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()
