"""When the broker is asked to say more, and what is a flood."""

from datetime import UTC, datetime, timedelta

from services.registry.watch import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    MOST_LINES_S,
    Excess,
    Listening,
    flooding,
    listen,
)

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def excess(device: str, *readings: int) -> list[Excess]:
    return [Excess(device, NOW + timedelta(minutes=n), count) for n, count in enumerate(readings)]


def test_a_busy_broker_is_left_alone_for_longer_each_time() -> None:
    state, now, pauses = Listening(), 0.0, []
    for _ in range(6):
        state = listen(state, MOST_LINES_S + 1, now)
        assert not state.is_on
        assert listen(state, 0, state.until - 1) == state
        pauses.append(state.until - now)
        now = state.until
        state = listen(state, 0, now)
        assert state.is_on
    assert pauses[:2] == [FIRST_PAUSE_S, 2 * FIRST_PAUSE_S]
    assert pauses[-1] == LONGEST_PAUSE_S
    assert listen(state, 10, now + LONGEST_PAUSE_S) == Listening()


def test_a_quiet_broker_is_listened_to() -> None:
    assert listen(Listening(), MOST_LINES_S, 5.0) == Listening()


def test_a_flood_lasts() -> None:
    found = flooding(
        [*excess("a", 700, 800, 900), *excess("b", 90_000, 5), *excess("c", 600, 600, 600)], 600, 3
    )
    assert found == {"a": 2400}
