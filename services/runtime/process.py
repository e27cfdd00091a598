"""A process from start to end: it stops once, in order, on SIGTERM, SIGINT or the loss of its terminal."""

import signal
import threading


def stop_event() -> threading.Event:
    """An event that the first signal to end sets."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    return stopping
