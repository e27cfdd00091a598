"""The life of a command to a device: its states, what it may hold, how it is written on the line. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

LONGEST_PARAMETERS = 65_536  # bytes of JSON in UTF-8
LONGEST_ANSWER = 16_384  # bytes; a longer one is not read
LONGEST_DETAIL = 500  # characters kept of what a device says
DEFAULT_EXPIRY_S, LONGEST_EXPIRY_S = 300, 30 * 86_400

_NAME = re.compile(r"[a-z][a-z0-9_.-]{0,62}")
_KEY = re.compile(r"[!-~]{1,127}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class State(StrEnum):
    """Where a command is."""

    QUEUED = "queued"  # not yet taken by the broker
    SENT = "sent"  # taken by the broker, which says nothing of the device
    ACKNOWLEDGED = "acknowledged"  # the device itself said that it did it
    EXPIRED = "expired"  # its time was over before the device answered
    FAILED = "failed"  # the device itself said that it did not do it


class Event(StrEnum):
    """What can happen to a command."""

    TAKEN = "taken"  # PUBACK of the broker
    DONE = "done"  # the device answered ok
    REFUSED = "refused"  # the device answered not ok
    TIMED_OUT = "timed_out"


# A device may answer before the broker's PUBACK is recorded: the gateway may die between the two.
TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.QUEUED, Event.TAKEN): State.SENT,
    (State.QUEUED, Event.DONE): State.ACKNOWLEDGED,
    (State.QUEUED, Event.REFUSED): State.FAILED,
    (State.QUEUED, Event.TIMED_OUT): State.EXPIRED,
    (State.SENT, Event.DONE): State.ACKNOWLEDGED,
    (State.SENT, Event.REFUSED): State.FAILED,
    (State.SENT, Event.TIMED_OUT): State.EXPIRED,
}
OPEN = frozenset({State.QUEUED, State.SENT})


def advance(state: State, event: Event) -> State:
    """The state after `event`; the same where it changes nothing. A last state is never left."""
    return TRANSITIONS.get((state, event), state)


def change(event: Event) -> tuple[list[State], State]:
    """Which states `event` leaves, and the one state that it leads to: for an UPDATE of many rows."""
    leaving = [state for state, what in TRANSITIONS if what is event]
    (target,) = {TRANSITIONS[state, event] for state in leaving}
    return leaving, target


def standing(state: State, expires_at: datetime, now: datetime) -> State:
    """The state to show: time runs out also while no gateway is there to write it down."""
    return advance(state, Event.TIMED_OUT) if now >= expires_at else state


# What may be ordered ------------------------------------------------------------------------------


class Fault(NamedTuple):
    """One thing wrong with an order: field, stable reason code, what to send instead."""

    field: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Order:
    """What somebody wants a device to do. `parameters` is a JSON object, as compact text."""

    device: str
    name: str
    parameters: str
    expires_in_s: int
    idempotency_key: str


def read_order(device: str, name: str, parameters: str, expires_in_s: int, key: str) -> Order | list[Fault]:
    """The order, or everything that is wrong with it."""
    faults = []
    if not device or "\0" in device:
        faults.append(Fault("device", "required", "name the device"))
    if not _NAME.fullmatch(name):
        detail = "write a-z, 0-9, _, - and ., beginning with a letter, at most 63 characters"
        faults.append(Fault("name", "bad_command_name", detail))
    if expires_in_s > LONGEST_EXPIRY_S:
        faults.append(Fault("expires_in_s", "too_long", f"at most {LONGEST_EXPIRY_S} s"))
    if not _KEY.fullmatch(key):
        detail = "send 1 to 127 printable ASCII characters, say a UUID, the same when trying again"
        faults.append(Fault("idempotency_key", "bad_idempotency_key", detail))
    compact = compact_parameters(parameters)
    if isinstance(compact, Fault):
        return [*faults, compact]
    return faults or Order(device, name, compact, expires_in_s or DEFAULT_EXPIRY_S, key)


def compact_parameters(text: str) -> str | Fault:
    """A JSON object without blanks, or what is wrong with it. Empty text means no parameters."""
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_PARAMETERS:
        return _bad_parameters("too_large", f"at most {LONGEST_PARAMETERS} bytes")
    try:
        value = json.loads(text or "{}", parse_constant=_no_constant, parse_float=_finite)
    except RecursionError:
        return _bad_parameters("too_deep", "nest less deeply")
    except ValueError as error:
        return _bad_parameters("malformed_json", f"not JSON: {error}")
    if not isinstance(value, dict):
        return _bad_parameters("wrong_type", "send a JSON object")
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    if "\\u0000" in json.dumps(value) or not _is_text(compact):
        return _bad_parameters("bad_character", "U+0000 and lone surrogates cannot be kept")
    if len(compact.encode()) > LONGEST_PARAMETERS:  # an exponent written out
        return _bad_parameters("too_large", f"at most {LONGEST_PARAMETERS} bytes")
    return compact


def _bad_parameters(reason: str, detail: str) -> Fault:
    return Fault("parameters_json", reason, detail)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large a number")
    return number


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_command_id(text: str) -> bool:
    """True for the form in which ids are given out."""
    return _UUID.fullmatch(text) is not None


# On the line --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A command that is to be handed to the broker. Times in ms since 1970."""

    command_id: str
    device: str
    shard: str
    name: str
    parameters: dict[str, Any]
    issued_at_ms: int
    expires_at_ms: int


def message(dispatch: Dispatch) -> bytes:
    """What the device reads; `expires_at` lets it refuse what a broker kept for too long."""
    body = {
        "id": dispatch.command_id,
        "name": dispatch.name,
        "parameters": dispatch.parameters,
        "issued_at": dispatch.issued_at_ms,
        "expires_at": dispatch.expires_at_ms,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device said about a command of its own."""

    device: str
    command_id: str
    event: Event  # DONE or REFUSED
    detail: str


def read_answer(device: str, payload: bytes) -> Answer | None:
    """`{"id": …, "ok": true|false, "detail": "…"}`; None for anything else."""
    if len(payload) > LONGEST_ANSWER:
        return None
    try:
        body = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(body, dict):
        return None
    command_id, ok, detail = body.get("id"), body.get("ok"), body.get("detail", "")
    if not isinstance(command_id, str) or not isinstance(ok, bool) or not is_command_id(command_id):
        return None
    said = detail if isinstance(detail, str) else json.dumps(detail)
    kept = said.replace("\0", "").encode("utf-8", "replace").decode()[:LONGEST_DETAIL]
    return Answer(device, command_id, Event.DONE if ok else Event.REFUSED, kept)
