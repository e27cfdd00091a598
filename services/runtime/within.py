"""What a token that is restricted to areas may see, remembered for a few seconds."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass

WITHIN_AGE_S = 5.0  # a device that moves out of an area is seen this much longer
MOST_KEPT = 256  # sets of areas; tokens of the same areas share one

Areas = frozenset[str]


@dataclass(frozen=True, slots=True)
class Within:
    """Names of the devices and codes of the areas that a token reaches."""

    devices: frozenset[str]
    areas: Areas

    def has_subject(self, name: str) -> bool:
        return name in self.devices or name in self.areas


# What the call under way may see; None: everything. Every answer is looked at anyway (rpc_reach): a query
# that leaves out the rest by itself does so for full pages.
caller_within: "ContextVar[Within | None]" = ContextVar("caller_within", default=None)


class WithinCache:
    """Asks once for each set of areas and keeps the answer `max_age_s` seconds."""

    def __init__(
        self,
        find: Callable[[Areas], Awaitable[Within]],
        clock: Callable[[], float],
        max_age_s: float = WITHIN_AGE_S,
    ) -> None:
        self._find = find
        self._clock = clock
        self._max_age_s = max_age_s
        self._kept: OrderedDict[Areas, tuple[float, Within]] = OrderedDict()
        self._asking: dict[Areas, asyncio.Task[Within]] = {}

    async def find(self, areas: Areas) -> Within:
        """What these areas hold, at most `max_age_s` old. Raises Unavailable where it cannot be known."""
        kept = self._kept.get(areas)
        if kept and self._clock() - kept[0] < self._max_age_s:
            return kept[1]
        task = self._asking.get(areas)
        if task is None:
            task = self._asking[areas] = asyncio.ensure_future(self._ask(areas))
        return await asyncio.shield(task)

    async def _ask(self, areas: Areas) -> Within:
        try:
            within = await self._find(areas)
        finally:
            del self._asking[areas]
        self._kept[areas] = (self._clock(), within)
        self._kept.move_to_end(areas)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return within
