"""When devices observe, what goes wrong with some, and how their memory is packed."""

from datetime import UTC, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.simulator.domain import Reading
from services.simulator.province import build_province
from services.simulator.schedule import FAULT_CYCLE_S, FAULT_S, FAULTS, LATEST_JITTER, Plan, packs
from services.simulator.settings import SEED

NOW_S = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
PLANS = {d.device: Plan(SEED, d) for d in build_province(SEED, datetime(2026, 11, 22, tzinfo=UTC)).devices}


def test_observations_keep_their_interval_but_for_a_little_jitter() -> None:
    plan = PLANS["air-001"]
    moments = [plan.next_observation(NOW_S)]
    while len(moments) < 200:
        moments.append(plan.next_observation(moments[-1]))

    gaps = [later - earlier for earlier, later in pairwise(moments)]
    allowed = LATEST_JITTER * plan.interval_s
    assert all(abs(gap - plan.interval_s) <= allowed for gap in gaps)
    assert len(set(gaps)) > 100


@given(st.floats(min_value=0, max_value=4e9))
def test_the_next_observation_is_later_and_soon(after_s: float) -> None:
    plan = PLANS["noise-002"]

    moment_s = plan.next_observation(after_s)

    assert after_s < moment_s <= after_s + 1.2 * plan.interval_s


def test_devices_do_not_all_speak_at_once() -> None:
    moments = [plan.next_observation(NOW_S) - NOW_S for plan in PLANS.values() if plan.interval_s == 10]

    assert max(moments) - min(moments) > 7


def test_the_devices_with_faults_exist() -> None:
    assert set(FAULTS) <= set(PLANS)


def test_a_fault_lasts_minutes_and_comes_once_a_cycle() -> None:
    plan = PLANS["air-004"]
    start_s = NOW_S - NOW_S % FAULT_CYCLE_S
    for cycle in range(20):
        begin_s = start_s + cycle * FAULT_CYCLE_S
        down = sum(not plan.line_is_up(begin_s + second) for second in range(FAULT_CYCLE_S))
        assert abs(down - FAULT_S) <= 1
    assert all(PLANS["air-001"].line_is_up(NOW_S + step) for step in range(0, 10_000, 10))


def test_late_devices_go_on_observing_and_gappy_ones_do_not() -> None:
    moments = [NOW_S + step * 10 for step in range(300)]

    assert all(PLANS["air-004"].observe(moment_s) for moment_s in moments)
    seen = [PLANS["noise-006"].observe(moment_s) is not None for moment_s in moments]
    assert 0.5 < sum(seen) / len(seen) < 0.95


def test_history_and_live_are_one_curve() -> None:
    plan = PLANS["water-001"]
    remembered = list(plan.history(NOW_S - 3_600, NOW_S, 300))

    assert len(remembered) == 12
    assert [reading.observed_at_ms % 300_000 for reading in remembered] == [0] * 12
    assert remembered[0] == plan.observe(NOW_S - 3_600)
    assert remembered[-1].observed_at_ms < NOW_S * 1_000


def test_a_gappy_device_does_not_remember_what_it_did_not_see() -> None:
    plan = PLANS["power-007"]
    moments = [NOW_S - 3_600 + 60 * number for number in range(60)]

    remembered = [reading.observed_at_ms for reading in plan.history(NOW_S - 3_600, NOW_S, 60)]

    assert remembered == [round(m * 1_000) for m in moments if not plan.in_trouble(m)]
    assert len(remembered) < 60


@given(st.integers(min_value=0, max_value=100), st.integers(min_value=1, max_value=30))
def test_packs_keep_every_reading_in_order(count: int, size: int) -> None:
    readings = [Reading(number, {"x": 0.0}) for number in range(count)]

    packed = list(packs(readings, size))

    assert [reading for pack in packed for reading in pack] == readings
    assert all(1 <= len(pack) <= size for pack in packed)
