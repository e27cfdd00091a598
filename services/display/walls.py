"""Walls as managed devices: what each shows, its codes and tickets. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

# 0 and O, 1, I and L look alike from across a room.
CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
SHOWN_CODE, GIVEN_CODE = 6, 16  # letters: read aloud by a person; opened as an address
MOST_BOARDS = 20
LONGEST_NAME, LONGEST_TEXT = 60, 200  # characters
SHORTEST_S, LONGEST_S, USUAL_S = 5, 3_600, 30  # that a board stays in a rotation
LANGUAGES = ("vi", "en")

Mode = Literal["board", "rotation", "incident"]


class Wall(NamedTuple):
    """A wall as it is set. `token`: SHA-256 of its secret; None: no screen has it."""

    wall: int
    name: str
    boards: tuple[str, ...]
    seconds: int
    pushed: str
    language: str
    token: bytes | None
    reloads: int  # how often it was told to load its page anew
    revision: int


class Incident(NamedTuple):
    """Walls taken over; no walls: all."""

    incident: int
    walls: frozenset[int]
    board: str
    text_vi: str
    text_en: str


class Shown(NamedTuple):
    """What a wall shows: `board` first, then `boards` by turns."""

    mode: Mode
    boards: tuple[str, ...]
    board: str
    seconds: int
    incident: Incident | None = None


class Report(NamedTuple):
    """What a wall says of itself. Times in ms, as `walls.proto` describes them."""

    at_ms: int
    board: str
    behind_ms: int
    clock_offset_ms: int
    heap_bytes: int | None
    fps: int
    build: str
    width: int
    height: int


def incident_of(wall: int, incidents: Iterable[Incident]) -> Incident | None:
    """The newest one that this wall shows."""
    concerned = [one for one in incidents if not one.walls or wall in one.walls]
    return max(concerned, default=None)


def shown(wall: Wall, incidents: Iterable[Incident], known: Sequence[str]) -> Shown:
    """What a wall shows of the boards that there are; where none of its own is left, the first of them."""
    own = tuple(board for board in wall.boards if board in known) or tuple(known[:1])
    incident = incident_of(wall.wall, incidents)
    if incident is not None:
        board = incident.board if incident.board in known else own[0]
        return Shown("incident", (board,), board, wall.seconds, incident)
    if wall.pushed in known:
        return Shown("board", (wall.pushed,), wall.pushed, wall.seconds)
    return Shown("rotation" if len(own) > 1 else "board", own, own[0], wall.seconds)


def plain_code(text: str) -> str:
    """A code as it is kept: letters as people write them down, in either case, with blanks and dashes."""
    return "".join(text.split()).replace("-", "").upper()


def may_be_code(plain: str) -> bool:
    """Whether a plain code has only letters of codes; others need not be looked for."""
    return set(CODE_LETTERS).issuperset(plain)


class Fault(NamedTuple):
    """What is wrong with a field, as rpc_errors.Violation."""

    field: str
    reason: str
    detail: str


def text_faults(field: str, text: str, longest: int, *, is_required: bool = True) -> list[Fault]:
    if is_required and not text.strip():
        return [Fault(field, "missing", "write something")]
    if len(text) > longest:
        return [Fault(field, "too_long", f"at most {longest} characters")]
    if not unicodedata.is_normalized("NFC", text):
        return [Fault(field, "not_nfc", "send Unicode NFC")]
    if any(unicodedata.category(letter) == "Cc" for letter in text):
        return [Fault(field, "bad_text", "no control characters")]
    return []


def setting_faults(
    boards: Sequence[str], seconds: int | None, language: str | None, known: Collection[str]
) -> list[Fault]:
    """Of what a wall is set to; None: not set. `known`: the boards that there are."""
    faults = [
        Fault(f"boards[{index}]", "unknown_board", f"there are: {', '.join(sorted(known))}")
        for index, board in enumerate(boards)
        if board not in known
    ]
    if len(boards) > MOST_BOARDS:
        faults.append(Fault("boards", "too_many", f"at most {MOST_BOARDS}"))
    if len(set(boards)) < len(boards):
        faults.append(Fault("boards", "duplicate", "name each board once"))
    if seconds is not None and not SHORTEST_S <= seconds <= LONGEST_S:
        faults.append(Fault("seconds", "out_of_range", f"from {SHORTEST_S} to {LONGEST_S}"))
    if language is not None and language not in LANGUAGES:
        faults.append(Fault("language", "unknown", "vi or en"))
    return faults


class Tickets:
    """Single-use tickets of walls, each for a short time. Seconds are of a clock that only goes forward."""

    def __init__(self, life_s: float) -> None:
        self._life_s = life_s
        self._issued: dict[str, tuple[int, float]] = {}  # ticket: wall, until when

    def issue(self, ticket: str, wall: int, now_s: float) -> None:
        """`ticket` must be a secret of its own; what has expired is forgotten."""
        while self._issued and next(iter(self._issued.values()))[1] <= now_s:
            del self._issued[next(iter(self._issued))]
        self._issued[ticket] = (wall, now_s + self._life_s)

    def redeem(self, ticket: str, now_s: float) -> int | None:
        """The wall; None where the ticket is none, was used or has expired."""
        wall, until_s = self._issued.pop(ticket, (None, 0.0))
        return wall if until_s > now_s else None


class Allowance:
    """At most `most` in any `per_s` seconds, for each of many names; names that are quiet are forgotten."""

    def __init__(self, most: int, per_s: float) -> None:
        self._most, self._per_s = most, per_s
        self._spent: dict[str, list[float]] = {}

    def spend(self, name: str, now_s: float) -> bool:
        """Whether there was one left."""
        since = now_s - self._per_s
        self._spent = {key: times for key, times in self._spent.items() if times[-1] > since}
        times = [at for at in self._spent.get(name, ()) if at > since]
        if len(times) >= self._most:
            return False
        self._spent[name] = [*times, now_s]
        return True


class Progress:
    """When each of the last positions of a board was offered, so that a wall's can be told in time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._offered: dict[int, int] = {}  # position: ms, ascending

    def offer(self, position: int, at_ms: int) -> None:
        self._offered[position] = at_ms
        if len(self._offered) > self._most:
            del self._offered[next(iter(self._offered))]

    def behind_ms(self, painted: int, came_ms: int, now_ms: int) -> int:
        """For how long the first position that is not painted yet has been owed; 0: there is none.

        A wall that came to the board at `came_ms` owes what was offered before since then only.
        """
        missing = (at for position, at in self._offered.items() if position > painted)
        return max(0, now_ms - max(next(missing, now_ms), came_ms))


def by_token(walls: Iterable[Wall]) -> Mapping[bytes, Wall]:
    """Walls by the digest of their secret."""
    return {wall.token: wall for wall in walls if wall.token is not None}
