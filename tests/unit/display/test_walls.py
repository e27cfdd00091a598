"""How far a wall is behind."""

from services.display.walls import Progress

NOW_MS, MINUTE_MS = 1_800_000_000_000, 60_000


def progress() -> Progress:
    """Three positions, of which the hub keeps two."""
    made = Progress(most=2)
    for position, ago_ms in ((1, 10 * MINUTE_MS), (2, 5 * MINUTE_MS), (3, 2_000)):
        made.offer(position, NOW_MS - ago_ms)
    return made


def test_a_wall_is_behind_since_the_first_position_that_it_has_not_painted() -> None:
    since_the_start = NOW_MS - 60 * MINUTE_MS
    assert progress().behind_ms(3, since_the_start, NOW_MS) == 0
    assert progress().behind_ms(2, since_the_start, NOW_MS) == 2_000
    assert progress().behind_ms(1, since_the_start, NOW_MS) == 5 * MINUTE_MS
    assert progress().behind_ms(0, since_the_start, NOW_MS) == 5 * MINUTE_MS


def test_a_wall_owes_nothing_from_before_it_came() -> None:
    assert progress().behind_ms(0, NOW_MS - 700, NOW_MS) == 700
    assert progress().behind_ms(3, NOW_MS - 700, NOW_MS) == 0
