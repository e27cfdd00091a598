"""What areas hold is asked for once and kept for a while."""

import asyncio

from services.runtime.within import MOST_KEPT, Within, WithinCache


class Registry:
    def __init__(self) -> None:
        self.asked: list[frozenset[str]] = []

    async def find(self, areas: frozenset[str]) -> Within:
        self.asked.append(areas)
        await asyncio.sleep(0)
        return Within(frozenset({f"device-{len(self.asked)}"}), areas)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


HANOI = frozenset({"01"})


def test_one_question_serves_all_until_it_is_old() -> None:
    async def scenario() -> None:
        registry, clock = Registry(), Clock()
        cache = WithinCache(registry.find, clock, max_age_s=5)

        both = await asyncio.gather(cache.find(HANOI), cache.find(HANOI))
        clock.now += 4.9
        again = await cache.find(HANOI)
        assert len(registry.asked) == 1
        assert both[0] is both[1] is again
        clock.now += 0.2
        assert (await cache.find(HANOI)).devices == {"device-2"}
        assert (await cache.find(frozenset({"79"}))).areas == {"79"}

    asyncio.run(scenario())


def test_what_is_kept_is_bounded() -> None:
    async def scenario() -> None:
        registry = Registry()
        cache = WithinCache(registry.find, Clock())
        for number in range(MOST_KEPT + 1):
            await cache.find(frozenset({str(number)}))
        await cache.find(frozenset({"0"}))
        assert len(registry.asked) == MOST_KEPT + 2

    asyncio.run(scenario())


def test_a_subject_is_a_device_or_an_area() -> None:
    within = Within(frozenset({"air-001"}), HANOI)

    assert within.has_subject("air-001")
    assert within.has_subject("01")
    assert not within.has_subject("79")
