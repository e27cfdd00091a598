"""Frames that make a screen a managed wall: what it says, and what it is told besides its board."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from services.display.walls import Shown, Wall

PROTOCOL = 2
# What decoding raises for a frame that is not one of these; RecursionError: one that is nested without end.
NOT_UNDERSTOOD = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
Name = Annotated[str, Meta(max_length=100)]
Amount = Annotated[int, Meta(ge=0, le=2**53)]  # as far as a page counts exactly
Small = Annotated[int, Meta(ge=0, le=100_000)]


class ResumePoint(msgspec.Struct, frozen=True):
    epoch: str
    position: int


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """The first frame of a wall. No board: the one that it is to show."""

    protocol: int
    ticket: Name
    build: Name = ""  # of the page; a program of its own has none
    board: Name | None = None
    resume: ResumePoint | None = None


class TurnTo(msgspec.Struct, frozen=True, tag_field="type", tag="board"):
    """The wall turns to another of its boards."""

    board: Name


class Painted(msgspec.Struct, frozen=True, tag_field="type", tag="painted"):
    """What a wall says of itself. `at_ms`: server time as it knew it when it painted last."""

    position: Amount
    at_ms: Amount
    clock_ms: Amount
    fps: Small
    board: Name
    width: Small
    height: Small
    heap_bytes: Amount | None = None


class Pair(msgspec.Struct, frozen=True, tag_field="type", tag="pair"):
    """A screen that waits for its wall asks for a code to show."""

    protocol: int


class Redeem(msgspec.Struct, frozen=True, tag_field="type", tag="redeem"):
    """A screen hands in a code that was given out."""

    protocol: int
    code: Name


class _Protocol(msgspec.Struct, frozen=True):
    """Any version's first frame."""

    protocol: int


_hello = msgspec.json.Decoder(Hello)
_said: msgspec.json.Decoder[TurnTo | Painted] = msgspec.json.Decoder(TurnTo | Painted)
_asked: msgspec.json.Decoder[Pair | Redeem] = msgspec.json.Decoder(Pair | Redeem)
_protocol = msgspec.json.Decoder(_Protocol)
_encode = msgspec.json.Encoder().encode


def protocol_of(frame: str | bytes) -> int:
    """What a first frame speaks. Raises one of NOT_UNDERSTOOD where it does not say."""
    return _protocol.decode(frame).protocol


def decode_hello(frame: str | bytes) -> Hello:
    """Raises one of NOT_UNDERSTOOD on anything else."""
    return _hello.decode(frame)


def decode_said(frame: str | bytes) -> TurnTo | Painted:
    """Raises one of NOT_UNDERSTOOD on anything else."""
    return _said.decode(frame)


def decode_asked(frame: str | bytes) -> Pair | Redeem:
    """Raises one of NOT_UNDERSTOOD on anything else."""
    return _asked.decode(frame)


def show(wall: Wall, shown: Shown, simulated: bool = False) -> bytes:
    """What a wall is to show; and whether its figures are simulated ones of a real place."""
    incident = shown.incident
    told: dict[str, Any] | None = None
    if incident is not None:
        told = {"vi": incident.text_vi, "en": incident.text_en or incident.text_vi}
    return _encode(
        {
            "type": "show",
            "mode": shown.mode,
            "boards": shown.boards,
            "board": shown.board,
            "seconds": shown.seconds,
            "incident": told,
            "wall": {"id": wall.wall, "name": wall.name},
            "language": wall.language,
            **({"simulated": True} if simulated else {}),
        }
    )


def code(text: str, expires_s: int) -> bytes:
    """A code for the screen to show."""
    return _encode({"type": "code", "code": text, "expires_s": expires_s})


def paired(token: str) -> bytes:
    """The secret of the wall; told once."""
    return _encode({"type": "paired", "token": token})


def ticket(text: str, expires_s: float) -> bytes:
    """The answer to GET /ticket."""
    return _encode({"ticket": text, "expires_s": expires_s})
