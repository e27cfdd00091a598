"""Which other processes are away, asked at their /ready addresses."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # no proxy between ours

POLL_S = 2.0
TIMEOUT_S = 3.0  # a readiness probe may itself wait 2 s for a database that is away


class Peers:
    """Asks all peers at once, in threads of its own: one that hangs delays nobody else."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = dict(addresses)
        self._threads = ThreadPoolExecutor(max(1, len(self._addresses)), thread_name_prefix="peers")

    async def away(self) -> list[str]:
        """Names of the peers that do not answer or are not ready, in the order of the setting."""
        loop = asyncio.get_running_loop()
        answers = await asyncio.gather(
            *(loop.run_in_executor(self._threads, is_ready, url) for url in self._addresses.values())
        )
        return [name for name, ready in zip(self._addresses, answers, strict=True) if not ready]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def is_ready(url: str) -> bool:
    """Whether /ready answers 200; anything else, and silence, is a no."""
    try:
        with _DIRECT.open(url, timeout=TIMEOUT_S) as response:
            return bool(response.status == 200)
    except (OSError, ValueError):  # ValueError: an address that is none
        return False


def since(away: list[str], known: Mapping[str, int], now_ms: int) -> dict[str, int]:
    """Each name with the moment since which it is away, ms; `known` is the last answer."""
    return {name: known.get(name, now_ms) for name in away}
