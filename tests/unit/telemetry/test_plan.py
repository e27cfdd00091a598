"""A batch becomes writes: duplicates inside it, corrections of what it just stored, counts by device."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain import Batch, Counts, Reading, Refusal, SeriesName, Verdict
from services.telemetry.plan import all_new, count_by_device, plan_writes

KEY = (1, 1000)


def reading(value: float, revision: int = 0, received: int = 0) -> Reading:
    return Reading(KEY[1], value, 0, revision, received)


def test_a_correction_inside_the_batch_writes_one_new_row() -> None:
    first, second = reading(1.0), reading(2.0, revision=1)
    plan = plan_writes([KEY, KEY], [first, second], {}, {})
    assert plan.new == {KEY: second}
    assert plan.replaced == {}
    assert plan.history == [(KEY, first, Verdict.CORRECTED)]
    assert plan.verdicts == [Verdict.STORED, Verdict.CORRECTED]
    assert plan.changed == {KEY: 1}


def test_a_duplicate_inside_the_batch_writes_nothing_more() -> None:
    plan = plan_writes([KEY, KEY], [reading(1.0), reading(1.0, received=3)], {}, {})
    assert plan.new == {KEY: reading(1.0)}
    assert plan.verdicts == [Verdict.STORED, Verdict.DUPLICATE]


def test_what_stood_before_is_replaced_not_inserted() -> None:
    plan = plan_writes([KEY], [reading(2.0, revision=1)], {KEY: reading(1.0)}, {})
    assert plan.new == {}
    assert plan.replaced == {KEY: reading(2.0, revision=1)}


def test_a_duplicate_of_the_history_changes_nothing() -> None:
    plan = plan_writes([KEY], [reading(1.0)], {KEY: reading(2.0, 1)}, {KEY: [reading(1.0)]})
    assert plan.changed == {}
    assert plan.verdicts == [Verdict.DUPLICATE]


rows = st.lists(
    st.tuples(
        st.sampled_from([(1, 1000), (1, 2000), (2, 1000)]),
        st.builds(
            lambda value, revision: Reading(0, value, 0, revision, 0),
            st.sampled_from([1.0, 2.0, 3.0]),
            st.integers(0, 2),
        ),
    ),
    max_size=20,
)


@given(rows, st.integers(0, 20))
def test_one_batch_or_two_end_the_same(batch: list[tuple[tuple[int, int], Reading]], cut: int) -> None:
    """Where a batch is cut decides nothing."""
    keys, readings = [key for key, _ in batch], [reading for _, reading in batch]
    whole = plan_writes(keys, readings, {}, {})
    first = plan_writes(keys[:cut], readings[:cut], {}, {})
    history: dict[tuple[int, int], list[Reading]] = {}
    for key, old, _ in first.history:
        history.setdefault(key, []).append(old)
    second = plan_writes(keys[cut:], readings[cut:], first.new, history)
    assert first.verdicts + second.verdicts == whole.verdicts
    assert first.history + second.history == whole.history
    assert {**first.new, **second.new, **second.replaced} == whole.new


def test_all_new_sees_a_repeated_key() -> None:
    assert all_new([(1, 1), (1, 2), (2, 1)])
    assert not all_new([(1, 1), (2, 1), (1, 1)])


def a_batch(*devices: str) -> Batch:
    batch = Batch("trace", "s0", 0)
    for device in devices:
        batch.add(SeriesName(device, "pm25"), reading(1.0))
    return batch


def test_counts_without_verdicts_are_all_stored() -> None:
    assert count_by_device(a_batch("a", "b", "a"), None) == {"a": Counts(stored=2), "b": Counts(stored=1)}


def test_counts_take_refusals_in() -> None:
    batch = a_batch("a")
    batch.refusals.append(Refusal(Verdict.SKIPPED, "qc_rejected", "t", b"", 0, device="a", readings=3))
    batch.refusals.append(Refusal(Verdict.QUARANTINED, "bad_topic", "t", b"", 0))
    expected = {"a": Counts(stored=1, skipped=3), "": Counts(quarantined=1)}
    assert count_by_device(batch, None) == expected
    assert sum(counts.received for counts in expected.values()) == batch.received


def test_counts_follow_verdicts() -> None:
    verdicts = [Verdict.STORED, Verdict.DUPLICATE, Verdict.CONFLICTING]
    counted = count_by_device(a_batch("a", "a", "a"), verdicts)
    assert counted == {"a": Counts(stored=1, duplicate=1, conflicting=1)}
