"""Backlogs are paced, and a broker that is away is asked less and less often."""

from services.simulator.pace import LONGEST_DELAY_S, Bucket, Retry


def test_a_bucket_gives_its_rate_and_no_burst_after_a_pause() -> None:
    bucket = Bucket(rate=40)
    taken = 0
    for step in range(1_000):  # ten seconds
        while bucket.has_token(step / 100):
            bucket.take()
            taken += 1

    assert 398 <= taken <= 402

    burst = 0
    while bucket.has_token(3_600.0):
        bucket.take()
        burst += 1
    assert burst == 10, "a quarter of a second's worth"


def test_delays_grow_to_a_limit_and_start_anew_after_success() -> None:
    retry = Retry()
    delays = []
    for _ in range(6):
        retry.failed(now_s=100.0)
        delays.append(retry.delay_s)

    assert delays == [0.5, 1.0, 2.0, 4.0, LONGEST_DELAY_S, LONGEST_DELAY_S]
    assert not retry.may(104.9)
    assert retry.may(105.0)
    retry.succeeded()
    assert retry.may(100.1)
