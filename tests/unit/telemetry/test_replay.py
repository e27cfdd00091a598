"""The account of a replay: what leaves quarantine arrives somewhere, reading by reading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain import Batch, Refusal, SeriesName, Verdict
from services.telemetry.replay import Span, judge_again, settle
from services.telemetry.store_replay import HeldMessage, HeldRow
from tests.unit.iot_gateway.rules import KEPT_MS, NOW, rules

ACCEPTED = [Verdict.STORED, Verdict.DUPLICATE, Verdict.CORRECTED, Verdict.CONFLICTING]
rows = st.lists(
    st.builds(HeldRow, st.integers(1, 10**6), st.sampled_from(["", "a"]),
              st.sampled_from(["quarantined", "skipped"]), st.sampled_from(["x", "y"]), st.integers(1, 5)),
    min_size=1, max_size=4, unique_by=lambda row: row.quarantine_id,
)  # fmt: skip
refusals = st.lists(
    st.builds(lambda d, v, r, n: Refusal(v, r, "t", b"", 0, d, readings=n),
              st.sampled_from(["", "a"]), st.sampled_from([Verdict.QUARANTINED, Verdict.SKIPPED]),
              st.sampled_from(["x", "y"]), st.integers(1, 5)),
    max_size=4,
)  # fmt: skip


def held(message_rows: list[HeldRow], accepted: int) -> HeldMessage:
    return HeldMessage("t", b"{}", 2, 0, 0, "s0", "trace", accepted, 0, tuple(message_rows))


@given(rows, refusals, st.lists(st.sampled_from(ACCEPTED), max_size=6), st.integers(0, 3))
def test_rows_and_account_move_together(
    before: list[HeldRow], now: list[Refusal], verdicts: list[Verdict], accepted: int
) -> None:
    span = Span(held(before, accepted), 0, len(verdicts), now)
    closing = settle([span], verdicts, [SeriesName("a", "c")] * len(verdicts))
    left = {row_id for row_id, *_ in closing.left}
    assert left | set(closing.replayed) == {row.quarantine_id for row in before}
    assert not left & set(closing.replayed)
    # what the ledger calls refused is what quarantine holds
    refused = (Verdict.QUARANTINED, Verdict.SKIPPED)
    moved = [each for changes in closing.moved.values() for each in changes]
    change = sum(n for _, verdict, n in moved if verdict in refused)
    holds = sum(refusal.readings for refusal in now)
    assert change == holds - sum(row.readings for row in before)
    # what had been stored is not counted twice
    arrived = sum(n for _, verdict, n in moved if verdict in ACCEPTED)
    assert arrived == len(verdicts) - min(accepted, verdicts.count(Verdict.DUPLICATE))


def test_a_replay_is_as_late_as_it_is_today() -> None:
    topic, payload = "ioc/v1/s0/devices/air-001/telemetry", b'{"temp": 21.5}'
    row = HeldRow(1, "air-001", "quarantined", "unknown_channel", 1)
    message = HeldMessage(topic, payload, len(payload), NOW, NOW, "s0", "trace", 0, 0, (row,))
    (span,) = judge_again([message], rules(), Batch("", "", 0), NOW + KEPT_MS)
    assert (span.end - span.first, list(span.refusals)) == (1, [])
    (span,) = judge_again([message], rules(), Batch("", "", 0), NOW + KEPT_MS + 1)
    assert [refusal.reason for refusal in span.refusals] == ["past_retention"]
