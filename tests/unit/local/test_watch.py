"""When a process that died is started again."""

from services.local.watch import FIRST_DELAY_S, LONGEST_DELAY_S, STEADY_S, Restart, plan


def test_the_first_restart_comes_soon() -> None:
    assert plan(Restart(started_at=0), now=5.0).due_at == 5.0 + FIRST_DELAY_S


def test_delays_grow_up_to_a_limit_while_it_keeps_dying() -> None:
    restart, delays = Restart(started_at=0), []
    for now in range(8):
        restart = plan(restart, float(now))
        assert restart.due_at is not None
        delays.append(restart.due_at - now)
    assert delays == [1, 2, 4, 8, 16, 30, 30, 30]
    assert max(delays) == LONGEST_DELAY_S


def test_a_process_that_lived_long_starts_with_the_first_delay_again() -> None:
    tired = Restart(delay_s=16.0, started_at=100.0)
    assert plan(tired, now=100.0 + STEADY_S).due_at == 100.0 + STEADY_S + FIRST_DELAY_S
