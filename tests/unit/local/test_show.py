"""The screen may go away; the stack must still be ended in order."""

import io

import pytest

from services.local.show import Screen


class Gone(io.StringIO):
    """A pipe whose reader has left."""

    def write(self, _text: str, /) -> int:
        raise BrokenPipeError

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_reader_that_is_gone_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Gone())
    screen = Screen()
    for _ in range(3):
        screen.note("ending everything in order")
