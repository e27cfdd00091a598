"""Frames of the desk protocol, docs/desk-protocol.md. Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec

PROTOCOL = 1


class SignIn(msgspec.Struct, frozen=True, tag_field="type", tag="sign_in", forbid_unknown_fields=True):
    """The first frame: as whom every call of this connection is made."""

    protocol: int
    token: str


class Call(msgspec.Struct, frozen=True, tag_field="type", tag="call", forbid_unknown_fields=True):
    """One call of the API. `id` is the page's own; `request` is the message as proto3 JSON."""

    id: int
    method: str
    request: msgspec.Raw = msgspec.Raw(b"{}")


class Stop(msgspec.Struct, frozen=True, tag_field="type", tag="stop", forbid_unknown_fields=True):
    """Ends a call whose answer is no longer wanted."""

    id: int


_sign_in = msgspec.json.Decoder(SignIn)
_frame: msgspec.json.Decoder[Call | Stop] = msgspec.json.Decoder(Call | Stop)
_encode = msgspec.json.Encoder().encode


def decode_sign_in(frame: str | bytes) -> SignIn:
    """Raises msgspec.MsgspecError on anything else."""
    return _sign_in.decode(frame)


def decode(frame: str | bytes) -> Call | Stop:
    """Raises msgspec.MsgspecError on anything else."""
    return _frame.decode(frame)


class Who(msgspec.Struct, frozen=True):
    """Of WhoAmIResponse what decides which methods are offered."""

    scopes: list[str] = []
    areas: list[str] = []


def who(answer: str) -> Who:
    """Of WhoAmIResponse as JSON."""
    return msgspec.json.decode(answer, type=Who)


def signed_in(who: str, may: Sequence[str], server_time_ms: int) -> bytes:
    """`who` is WhoAmIResponse as JSON, `may` the methods that this token may call."""
    return _encode(
        {
            "type": "signed_in",
            "protocol": PROTOCOL,
            "who": msgspec.Raw(who.encode()),
            "may": may,
            "server_time_ms": server_time_ms,
        }
    )


def answer(number: int, message: str) -> bytes:
    """A message of the API, as JSON; a watch has many."""
    return _encode({"type": "answer", "id": number, "answer": msgspec.Raw(message.encode())})


def end(number: int) -> bytes:
    """Nothing more comes of this call."""
    return _encode({"type": "end", "id": number})


def refused(number: int, code: str, detail: str, advice: dict[str, Any]) -> bytes:
    """The call failed: the status of gRPC and its words; `advice` is what the API adds (reason, vi, en)."""
    return _encode({"type": "error", "id": number, "code": code, "detail": detail, **advice})


def heartbeat(server_time_ms: int) -> bytes:
    return _encode({"type": "heartbeat", "server_time_ms": server_time_ms})


def goodbye(reason: str) -> bytes:
    return _encode({"type": "goodbye", "reason": reason})
