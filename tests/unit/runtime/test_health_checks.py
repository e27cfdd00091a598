"""What /live and /ready say (their HTTP side is seen in every integration test)."""

import threading
import time

import pytest

from services.runtime.health import Health


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> Health:
    monkeypatch.setattr("services.runtime.health._Server", lambda *_: None)
    return Health("127.0.0.1", 0)


def test_ready_names_what_does_not_work(health: Health) -> None:
    health.check("database", lambda: "connection refused")
    health.check("bus", lambda: None)
    assert health.unready() == {"database": "connection refused"}


def test_a_probe_that_breaks_is_not_ready(health: Health) -> None:
    def broken() -> str | None:
        raise ValueError("odd")

    health.check("bus", broken)
    assert "odd" in health.unready()["bus"]


def test_probes_are_asked_at_once_for_each_may_wait_for_its_time_out(health: Health) -> None:
    both = threading.Barrier(2, timeout=5)

    def waiting() -> str | None:
        both.wait()
        return "timed out"

    health.check("database", waiting)
    health.check("alarms database", waiting)
    assert health.unready() == {"database": "timed out", "alarms database": "timed out"}


def test_a_loop_that_stopped_turning_is_neither_live_nor_ready(
    health: Health, monkeypatch: pytest.MonkeyPatch
) -> None:
    beat = health.heartbeat("loop", max_age_s=5)
    assert health.stalled() == {}
    later = time.monotonic() + 6
    monkeypatch.setattr("services.runtime.health.time.monotonic", lambda: later)
    assert health.stalled() == {"loop": "no progress for 6 s"}
    assert "loop" in health.unready()
    beat()
    assert health.stalled() == {}
