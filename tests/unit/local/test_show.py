"""The screen may go away; the stack must still be ended in order."""

import os

import pytest

from services.local.show import Screen


def test_a_reader_that_is_gone_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w", buffering=1, closefd=False) as gone:
        monkeypatch.setattr("sys.stdout", gone)
        screen = Screen()
        for _ in range(3):
            screen.note("ending everything in order")
        monkeypatch.undo()
    os.close(writing)
