"""Which value stands, whatever the order of arrival; and that the six counts add up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain import Counts, Reading, Verdict, classify, rank, tally, total

AT = 1_763_000_000_000


def reading(value: float, revision: int = 0, received: int = 0) -> Reading:
    return Reading(AT, value, 0, revision, received)


def test_first_value_is_stored() -> None:
    assert classify(None, (), reading(1.0)) == (Verdict.STORED, True, None)


def test_same_value_again_is_a_duplicate() -> None:
    assert classify(reading(1.0), (), reading(1.0, received=5)) == (Verdict.DUPLICATE, False, None)


def test_a_value_of_the_history_is_a_duplicate() -> None:
    decision = classify(reading(2.0, revision=1), [reading(1.0)], reading(1.0, received=9))
    assert decision.verdict is Verdict.DUPLICATE


def test_higher_revision_replaces_and_keeps_the_old_value() -> None:
    old, new = reading(1.0), reading(2.0, revision=1, received=5)
    assert classify(old, (), new) == (Verdict.CORRECTED, True, old)


def test_same_value_with_a_higher_revision_is_a_correction() -> None:
    old, new = reading(1.0), reading(1.0, revision=1, received=5)
    assert classify(old, (), new) == (Verdict.CORRECTED, True, old)


def test_other_value_at_the_same_revision_conflicts_and_the_first_stays() -> None:
    second = reading(2.0, received=5)
    assert classify(reading(1.0), (), second) == (Verdict.CONFLICTING, False, second)


def test_conflicting_value_received_earlier_stands() -> None:
    """Say, replayed from quarantine with the receipt it had."""
    late, early = reading(1.0, received=9), reading(2.0, received=5)
    assert classify(late, (), early) == (Verdict.CONFLICTING, True, late)


def test_a_revision_that_came_too_late_goes_to_the_history_as_corrected() -> None:
    old = reading(1.0, revision=1, received=9)
    assert classify(reading(2.0, revision=2), (), old) == (Verdict.CORRECTED, False, old)


def arrive(readings: list[Reading]) -> tuple[Reading | None, list[Reading], list[Verdict]]:
    standing: Reading | None = None
    history: list[Reading] = []
    verdicts = []
    for incoming in readings:
        decision = classify(standing, history, incoming)
        verdicts.append(decision.verdict)
        if decision.to_history is not None:
            history.append(decision.to_history)
        if decision.stands:
            standing = incoming
    return standing, history, verdicts


# One value per revision: what a source that numbers its corrections sends.
revisions = st.lists(
    st.builds(reading, st.floats(-10, 10), st.integers(0, 5), st.integers(0, 100)),
    min_size=1,
    max_size=6,
    unique_by=lambda r: r.revision,
)


@given(revisions.flatmap(lambda sent: st.permutations(sent + sent)))
def test_any_order_and_any_duplicates_end_in_the_highest_revision(arrived: list[Reading]) -> None:
    standing, _, _ = arrive(arrived)
    highest = max(arrived, key=lambda r: r.revision)
    assert standing is not None
    assert (standing.value, standing.revision) == (highest.value, highest.revision)


# Many values at one revision, each received at another moment: the first received stands.
conflicts = st.lists(
    st.builds(reading, st.floats(-10, 10), st.just(0), st.integers(0, 1000)),
    min_size=1,
    max_size=6,
    unique_by=(lambda r: r.value, lambda r: r.received_at_ms),
)


@given(conflicts.flatmap(st.permutations))
def test_the_first_receipt_stands_in_any_order_of_processing(arrived: list[Reading]) -> None:
    assert arrive(arrived)[0] == max(arrived, key=rank)


anything = st.lists(
    st.builds(reading, st.sampled_from([1.0, 2.0, 3.0]), st.integers(0, 2), st.integers(0, 3)), max_size=12
)


@given(anything)
def test_replaying_everything_changes_nothing(arrived: list[Reading]) -> None:
    standing, history, _ = arrive(arrived)
    again = list(arrived)
    for incoming in again:
        decision = classify(standing, history, incoming)
        assert decision == (Verdict.DUPLICATE, False, None)


@given(anything)
def test_every_value_is_kept_somewhere(arrived: list[Reading]) -> None:
    standing, history, verdicts = arrive(arrived)
    kept = {r.value for r in history} | ({standing.value} if standing else set())
    assert kept == {r.value for r in arrived}
    assert len(verdicts) == len(arrived)


verdicts_given = st.lists(
    st.tuples(st.sampled_from(["a", "b", ""]), st.sampled_from(list(Verdict)), st.integers(1, 9))
)


@given(verdicts_given)
def test_the_six_counts_add_up(given_: list[tuple[str, Verdict, int]]) -> None:
    by_device = tally(given_)
    assert sum(counts.received for counts in by_device.values()) == sum(n for _, _, n in given_)
    assert total(list(by_device.values())).received == sum(n for _, _, n in given_)


def test_counts_of_one_device() -> None:
    given_ = [("a", Verdict.STORED, 2), ("a", Verdict.SKIPPED, 1), ("a", Verdict.STORED, 1)]
    assert tally(given_) == {"a": Counts(stored=3, skipped=1)}
