"""The account of a replay: what leaves quarantine arrives somewhere, reading by reading."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.telemetry.domain import Refusal, SeriesName, Verdict
from services.telemetry.replay import Span, settle
from services.telemetry.store_replay import HeldMessage, HeldRow

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
