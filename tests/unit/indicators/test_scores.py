"""Four scores, from counts only."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.indicators.scores import Counts, Kind, Scores, scores

ALIVE = Counts(promised=1, alive=1)


def test_the_four_by_hand() -> None:
    counts = Counts(
        *(200, 20, 10, 8, 17),  # received, refused, duplicate, conflicting, late
        *(50, 45, 44, 2, 2),  # due, came, on time, promised, alive
        *(100, 95),  # expected, used
    )
    assert scores(counts) == Scores(
        right=Decimal("0.9"), complete=Decimal("0.9"), clean=Decimal("0.9"), live=Decimal("0.9")
    )


def test_a_score_of_several_shares_is_the_lowest() -> None:
    assert scores(Counts(due=10, came=9, expected=10, used=5)).complete == Decimal("0.5")
    assert scores(Counts(due=10, came=2, expected=10, used=5)).complete == Decimal("0.2")
    assert scores(Counts(received=10, late=1, due=4, came=4, on_time=3)).live == Decimal("0.75")
    assert scores(Counts(received=10, late=4, due=4, came=4, on_time=3)).live == Decimal("0.6")


def test_silence_past_the_promise_is_not_live_however_good_the_rest() -> None:
    counts = Counts(received=100, due=2, came=1, on_time=1, promised=1)
    assert scores(counts).live == 0
    assert scores(counts._replace(alive=1)).live == 1


def test_what_nothing_tells_is_unknown_and_never_the_worst() -> None:
    nothing = scores(Counts())
    assert nothing == (None, None, None, None)
    assert nothing.worst() is None
    assert Scores(None, Decimal("0.5"), Decimal("0.5"), None).worst() == (Kind.COMPLETE, Decimal("0.5"))
    # All refused: nothing is right, and of what was not refused nothing is known.
    assert scores(Counts(received=3, refused=3)) == (Decimal(0), None, None, None)


_counts = st.builds(Counts, *[st.integers(0, 50)] * len(Counts._fields))


@given(_counts, _counts)
def test_sums_of_counts_do_not_depend_on_their_order(one: Counts, other: Counts) -> None:
    assert one.plus(other) == other.plus(one)
    assert one.plus(Counts()) == one


def test_a_province_is_not_the_mean_of_its_sources() -> None:
    small, large = Counts(received=10, refused=9), Counts(received=990)
    assert scores(small.plus(large)).right == Decimal("0.991")
