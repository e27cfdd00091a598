"""A process from start to end: it stops once, in order, on SIGTERM, SIGINT or the loss of its terminal."""

import gc
import signal
import threading


def stop_event() -> threading.Event:
    """An event that the first signal to end sets."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def spare_the_collector(young: int, middle: int = 10, old: int = 10) -> None:
    """Once all is built: what lives as long as the process is never looked through for cycles again.

    A full look through an API process takes 40 ms, and answers of thousands of points, which live and die
    together, would cause one every few calls. The numbers are those of `gc.set_threshold`.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(young, middle, old)
