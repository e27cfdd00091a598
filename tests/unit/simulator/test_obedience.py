"""What a simulated device does with commands."""

import json

import pytest

from services.simulator.obedience import MOST_REMEMBERED, Memory, obey

NOW_MS = 1_000_000


def order(name: str, command_id: str = "c-1", expires_at: int = NOW_MS + 1, **parameters: object) -> bytes:
    return json.dumps(
        {"id": command_id, "name": name, "parameters": parameters, "expires_at": expires_at}
    ).encode()


def test_set_interval_is_done_once_and_answered_each_time() -> None:
    memory = Memory()
    first = obey(order("set_interval", seconds=5), "air-001", memory, NOW_MS)
    again = obey(order("set_interval", seconds=5), "air-001", memory, NOW_MS)
    assert first is not None
    assert again is not None
    assert (first.ok, first.interval_s) == (True, 5)
    assert (again.ok, again.interval_s) == (True, None)
    assert json.loads(again.payload()) == {"id": "c-1", "ok": True, "detail": "reports every 5 s"}


@pytest.mark.parametrize("seconds", [0, 3601, 1.5, "5", True, None])
def test_an_interval_out_of_reason_is_refused(seconds: object) -> None:
    answer = obey(order("set_interval", seconds=seconds), "air-001", Memory(), NOW_MS)
    assert answer is not None
    assert (answer.ok, answer.interval_s) == (False, None)


def test_identify_is_answered_and_the_unknown_refused() -> None:
    memory = Memory()
    assert [obey(order(name, name), "air-001", memory, NOW_MS).ok for name in ("identify", "dance")] == [  # type: ignore[union-attr]
        True,
        False,
    ]


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b"\xff", b'{"id": 1}', order("identify", expires_at=NOW_MS)]
)
def test_nonsense_and_what_is_over_get_no_answer(payload: bytes) -> None:
    assert obey(payload, "air-001", Memory(), NOW_MS) is None


def test_memory_is_bounded() -> None:
    memory = Memory()
    for number in range(MOST_REMEMBERED + 5):
        obey(order("identify", str(number)), "air-001", memory, NOW_MS)
    assert len(memory.answers) == MOST_REMEMBERED
