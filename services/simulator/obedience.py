"""Owns what a simulated device does with a command: decisions without input or output."""

import json
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

SHORTEST_INTERVAL_S, LONGEST_INTERVAL_S = 1, 3_600
MOST_REMEMBERED = 50  # commands, so that one that comes again is answered again and not done again


@dataclass(frozen=True, slots=True)
class Answer:
    """What a device says; `interval_s` is its new reporting interval, None where that stays."""

    command_id: str
    ok: bool
    detail: str
    interval_s: int | None = None

    def payload(self) -> bytes:
        """As it is sent."""
        body = {"id": self.command_id, "ok": self.ok, "detail": self.detail}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(slots=True)
class Memory:
    """Which commands a device has answered, and how; bounded."""

    answers: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    def keep(self, answer: Answer) -> None:
        self.answers[answer.command_id] = answer
        while len(self.answers) > MOST_REMEMBERED:
            self.answers.popitem(last=False)


def obey(payload: bytes, device: str, memory: Memory, now_ms: int) -> Answer | None:
    """The answer to a command, which has its effect the first time only; None where there is none to give.

    A command whose time is over is not done and not answered: the broker may have kept it for long.
    """
    order = _order(payload)
    if order is None or now_ms >= order["expires_at"]:
        return None
    known = memory.answers.get(order["id"])
    if known is not None:
        return Answer(known.command_id, known.ok, known.detail)
    answer = _decide(order["id"], order["name"], order["parameters"], device)
    memory.keep(answer)
    return answer


def _order(payload: bytes) -> dict[str, Any] | None:
    try:
        order = json.loads(payload)
    except ValueError:
        return None
    expected = {"id": str, "name": str, "parameters": dict, "expires_at": int}
    if not isinstance(order, dict) or not all(isinstance(order.get(k), t) for k, t in expected.items()):
        return None
    return order


def _decide(command_id: str, name: str, parameters: dict[str, Any], device: str) -> Answer:
    match name:
        case "identify":
            return Answer(command_id, ok=True, detail=f"{device} blinks")
        case "set_interval":
            return _set_interval(command_id, parameters.get("seconds"))
    return Answer(command_id, ok=False, detail=f"unknown command {name}")


def _set_interval(command_id: str, seconds: object) -> Answer:
    whole = isinstance(seconds, int) and not isinstance(seconds, bool)
    if not whole or not SHORTEST_INTERVAL_S <= seconds <= LONGEST_INTERVAL_S:  # type: ignore[operator]
        detail = f"seconds must be a whole number from {SHORTEST_INTERVAL_S} to {LONGEST_INTERVAL_S}"
        return Answer(command_id, ok=False, detail=detail)
    return Answer(command_id, ok=True, detail=f"reports every {seconds} s", interval_s=seconds)  # type: ignore[arg-type]
