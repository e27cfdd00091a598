"""Owns the loop that plays all devices in one thread: a heap of observations and a selector of sockets."""

import heapq
import selectors
import time
from collections.abc import Callable, Sequence
from itertools import cycle
from typing import Any

import structlog
from paho.mqtt.client import Client

from services.simulator import metrics
from services.simulator.link import Link
from services.simulator.pace import Bucket, Retry

log = structlog.get_logger(__name__)

LONGEST_WAIT_S = 0.25
CHORES_EVERY_S = 1.0


class Fleet:
    """Devices that observe on time whatever the broker does, and send when they can."""

    def __init__(self, links: Sequence[Link], host: str, port: int, backlog_rate: float) -> None:
        self._links = links
        self._address = (host, port)
        self._selector = selectors.DefaultSelector()
        self._backlog = Bucket(backlog_rate)
        self._turns = cycle(links)
        self._broker = Retry()
        self._chores_at_s = 0.0
        now_s = time.time()
        self._due = [(link.plan.next_observation(now_s), link.name, link) for link in links]
        heapq.heapify(self._due)
        for link in links:
            self._watch(link)

    def turn(self) -> None:
        """One round: observe what is due, send what may be sent, serve the sockets."""
        self._observe(time.time())
        self._send_backlog()
        self._serve(self._patience_s())
        if time.monotonic() >= self._chores_at_s:
            self._chores_at_s = time.monotonic() + CHORES_EVERY_S
            self._chores()

    def problem(self) -> str | None:
        """None while every device has its connection, else the reason of the first that has none."""
        away = [link for link in self._links if not link.connected]
        if not away:
            return None
        return f"{len(away)} of {len(self._links)} devices not connected; {away[0].name}: {away[0].problem}"

    def close(self, timeout_s: float) -> None:
        """Waits for outstanding acknowledgements, then says goodbye to the broker; at most `timeout_s`."""
        deadline_s = time.monotonic() + timeout_s
        self._serve_while(lambda link: link.awaits_answer, deadline_s)
        for link in self._links:
            link.close()
        self._serve_while(lambda link: link.client.socket() is not None, deadline_s)
        for link in self._links:
            link.drop()
        self._selector.close()

    def _serve_while(self, unfinished: Callable[[Link], bool], deadline_s: float) -> None:
        while time.monotonic() < deadline_s and any(map(unfinished, self._links)):
            self._serve(0.05)

    def _observe(self, now_s: float) -> None:
        while self._due and self._due[0][0] <= now_s:
            moment_s, _, link = self._due[0]
            upcoming_s = link.plan.next_observation(max(moment_s, now_s - link.plan.interval_s))
            heapq.heapreplace(self._due, (upcoming_s, link.name, link))
            reading = link.plan.observe(moment_s)
            if reading is not None:
                link.keep(reading)
            if link.may_send(now_s):
                link.send_live()

    def _send_backlog(self) -> None:
        now_s = time.time()
        for _ in self._links:
            if not self._backlog.has_token(time.monotonic()):
                return
            link = next(self._turns)
            if link.may_send(now_s) and link.send_backlog():
                self._backlog.take()

    def _patience_s(self) -> float:
        now_s = time.time()
        until_due_s = self._due[0][0] - now_s if self._due else LONGEST_WAIT_S
        waiting = any(link.may_send(now_s) and link.has_backlog for link in self._links)
        longest_s = self._backlog.seconds_a_token if waiting else LONGEST_WAIT_S
        return min(max(until_due_s, 0.0), longest_s, LONGEST_WAIT_S)

    def _serve(self, wait_s: float) -> None:
        for key, events in self._selector.select(wait_s):
            link: Link = key.data
            if events & selectors.EVENT_READ:
                link.client.loop_read()
                if link.replanned:
                    self._replan(link)
            if events & selectors.EVENT_WRITE and link.client.want_write():
                link.client.loop_write()

    def _replan(self, link: Link) -> None:
        """The next observation by the new plan: by the old one it might be an hour away."""
        link.replanned = False
        upcoming_s = link.plan.next_observation(time.time())
        self._due = [(upcoming_s if one is link else at, name, one) for at, name, one in self._due]
        heapq.heapify(self._due)

    def _chores(self) -> None:
        for link in self._links:
            link.client.loop_misc()
        self._reconnect()
        metrics.CONNECTED.set(sum(link.connected for link in self._links))
        metrics.BUFFERED.set(sum(len(link.kept) for link in self._links))

    def _reconnect(self) -> None:
        """All devices share one broker: after one finds nobody there, none of them tries for a while."""
        for link in self._links:
            now_s = time.monotonic()
            if link.client.socket() is not None or not link.retry.may(now_s) or not self._broker.may(now_s):
                continue
            try:
                link.connect(*self._address, now_s)
                self._broker.succeeded()
            except OSError as error:
                self._broker.failed(now_s)
                link.problem = str(error)
                log.warning("simulator.broker_away", error=str(error), retry_s=self._broker.delay_s)

    def _watch(self, link: Link) -> None:
        """Keeps the selector in step with the socket that paho opens and closes."""

        def opened(_client: Client, _data: Any, sock: Any) -> None:
            self._selector.register(sock, selectors.EVENT_READ, link)

        def closed(_client: Client, _data: Any, sock: Any) -> None:
            self._selector.unregister(sock)

        def writing(_client: Client, _data: Any, sock: Any) -> None:
            self._selector.modify(sock, selectors.EVENT_READ | selectors.EVENT_WRITE, link)

        def written(_client: Client, _data: Any, sock: Any) -> None:
            self._selector.modify(sock, selectors.EVENT_READ, link)

        link.client.on_socket_open = opened
        link.client.on_socket_close = closed
        link.client.on_socket_register_write = writing
        link.client.on_socket_unregister_write = written
