"""Owns how fast devices may go: a token bucket for backlogs, growing delays before a broker is tried."""

SHORTEST_DELAY_S = 0.5
LONGEST_DELAY_S = 5.0


class Bucket:
    """At most `rate` tokens a second, and no more than a quarter of a second's worth at once."""

    def __init__(self, rate: float) -> None:
        self.seconds_a_token = 1 / rate
        self._rate = rate
        self._most = max(1.0, rate / 4)
        self._tokens = 1.0
        self._seen_s: float | None = None

    def has_token(self, now_s: float) -> bool:
        """`now_s` on a clock that never goes back."""
        if self._seen_s is not None:
            self._tokens = min(self._most, self._tokens + (now_s - self._seen_s) * self._rate)
        self._seen_s = now_s
        return self._tokens >= 1

    def take(self) -> None:
        self._tokens -= 1


class Retry:
    """Whether it is time to try again."""

    def __init__(self) -> None:
        self.delay_s = 0.0
        self._not_before_s = 0.0

    def may(self, now_s: float) -> bool:
        return now_s >= self._not_before_s

    def failed(self, now_s: float) -> None:
        self.delay_s = min(LONGEST_DELAY_S, max(SHORTEST_DELAY_S, self.delay_s * 2))
        self._not_before_s = now_s + self.delay_s

    def succeeded(self) -> None:
        self.delay_s = 0.0
        self._not_before_s = 0.0
