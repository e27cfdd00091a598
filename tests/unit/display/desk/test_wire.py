"""Frames of the desk protocol: what is taken, and what is not."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.display.desk import wire


def test_a_call_keeps_its_request_as_it_came() -> None:
    call = wire.decode('{"type": "call", "id": 3, "method": "a.B/C", "request": {"text": "Ộ Ễ Ự"}}')
    assert isinstance(call, wire.Call)
    assert json.loads(bytes(call.request)) == {"text": "Ộ Ễ Ự"}
    bare = wire.decode('{"type": "call", "id": 3, "method": "a.B/C"}')
    assert isinstance(bare, wire.Call)
    assert bytes(bare.request) == b"{}"


@given(
    st.one_of(
        st.text(), st.binary(), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps)
    )
)
def test_nothing_else_is_taken_for_a_frame(frame: str | bytes) -> None:
    for decode in (wire.decode, wire.decode_sign_in):
        with pytest.raises((msgspec.MsgspecError, UnicodeError)):
            decode(frame)


def test_what_the_api_answers_is_handed_on_as_it_is() -> None:
    assert json.loads(wire.answer(7, '{"alarm": "12"}')) == {
        "type": "answer",
        "id": 7,
        "answer": {"alarm": "12"},
    }
    told = json.loads(wire.refused(7, "NOT_FOUND", "none", {"reason": "unknown_alarm"}))
    assert told == {
        "type": "error",
        "id": 7,
        "code": "NOT_FOUND",
        "detail": "none",
        "reason": "unknown_alarm",
    }
