"""How much one token may ask of one process: calls a second and streams at a time.

Calls are counted by a bucket that fills at the token's rate and holds one second of it.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from services.runtime.access import Token
from services.runtime.rpc_errors import Exhausted

MOST_TOKENS = 4_096  # whose calls are counted at a time
STREAM_AGAIN_S = 5.0  # after which one of the streams may have ended


@dataclass(slots=True)
class _Bucket:
    calls: float  # that may still be made now
    filled_at: float


class Quota:
    """Counts by the name of a token: a secret and the one that replaces it share what is theirs."""

    def __init__(self, requests_per_s: int, streams: int, clock: Callable[[], float]) -> None:
        """The limits are for tokens without any of their own."""
        self._requests_per_s = requests_per_s
        self._streams = streams
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._open: dict[str, int] = {}

    def limits(self, token: Token) -> tuple[int, int]:
        """Calls a second and streams at a time."""
        streams = self._streams if token.streams is None else token.streams
        return token.requests_per_s or self._requests_per_s, streams

    def count_call(self, token: Token) -> None:
        """Counts one call.

        Raises:
            Exhausted: the token has no call left; it says in how many seconds it has.
        """
        rate, now = self.limits(token)[0], self._clock()
        bucket = self._buckets.setdefault(token.name, _Bucket(float(rate), now))
        self._buckets.move_to_end(token.name)
        if len(self._buckets) > MOST_TOKENS:
            self._buckets.popitem(last=False)
        bucket.calls = min(float(rate), bucket.calls + (now - bucket.filled_at) * rate)
        bucket.filled_at = now
        if bucket.calls < 1:
            detail = f"token {token.name!r} may make {rate} calls a second"
            raise Exhausted("rate_exceeded", detail, (1 - bucket.calls) / rate)
        bucket.calls -= 1

    @contextmanager
    def stream(self, token: Token) -> Iterator[None]:
        """Holds one of the token's streams.

        Raises:
            Exhausted: all of them are open.
        """
        most, count = self.limits(token)[1], self._open.get(token.name, 0)
        if count >= most:
            detail = f"token {token.name!r} may have {most} streams open at a time"
            raise Exhausted("too_many_streams", detail, STREAM_AGAIN_S)
        self._open[token.name] = count + 1
        try:
            yield
        finally:
            self._open[token.name] -= 1
            if not self._open[token.name]:
                del self._open[token.name]
