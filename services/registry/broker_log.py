"""What Mosquitto's log says about who was refused: lines → access events, counted by minute. Pure.

Forms of 2.0.11 to 2.0.22. The line is the broker's, the names inside it are a stranger's and may look like
anything: forms are anchored at both ends, and of several ways to read one the client that we know counts.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from services.registry.identity import Kind, may_read

EventKind = Literal["refused_connect", "denied_publish", "denied_subscribe", "flooded", "not_watched"]
EVENT_KINDS: tuple[EventKind, ...] = (
    "refused_connect",
    "denied_publish",
    "denied_subscribe",
    "flooded",
    "not_watched",
)

MOST_KEYS = 200  # different events of one minute; the rest are counted together under REST
REST = "…"
MOST_CLIENTS = 200_000  # remembered; the oldest are forgotten first
MOST_PENDING = 1_000  # connections that were opened and have not said who they are
LONGEST_TEXT = 200  # characters of a name or topic

_LINE = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d): (.*)")
_OPENED = re.compile(r"New connection from (\S+) on port \d+\.")
_CONNECTED = re.compile(
    r"New client connected from (\S+) as (.*) \(p\d+, c\d+, k\d+(?:, u'([^']*)')?\)\.", re.DOTALL
)
_REFUSED = re.compile(r"Client (?:.*\[(\S+)\]|<unknown>|.*) disconnected[,:] not authorised\.")
_GONE = re.compile(r"(?: \[\S+\])? (?:disconnected|closed its connection)")
_DENIED = re.compile(
    r"Denied PUBLISH from (.*?) \(d\d, q\d, r\d, m\d+, '(.*)', \.\.\. \(\d+ bytes\)\)", re.DOTALL
)
_SUBSCRIBED = re.compile(r" [012] ")
_OF_NO_INTEREST = ("Received ", "Sending ", "\t")  # most of what log_type debug adds
_BEGINNINGS = (*_OF_NO_INTEREST, "New ", "Denied ", "Client ")


class Event(NamedTuple):
    """One refusal. `client` of a refused connection is its address, where it is certain."""

    at: datetime
    kind: EventKind
    username: str
    client: str
    topic: str


class Key(NamedTuple):
    """What events are counted by."""

    minute: datetime
    kind: EventKind
    username: str
    client: str
    topic: str


class Tally(NamedTuple):
    """How often, and between when."""

    times: int
    first_at: datetime
    last_at: datetime


@dataclass(slots=True)
class Reader:
    """Turns lines into events; remembers which user is behind which client.

    `users`: client → user name. `kinds`: user name → what kind of credential it is.
    """

    users: dict[str, str] = field(default_factory=dict)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    pending: list[str] = field(default_factory=list)  # addresses of connections that said nothing yet
    disguised: set[str] = field(default_factory=set)  # clients named like the beginning of a line

    def read(self, lines: Iterable[str], zone: tzinfo) -> Iterator[Event]:
        """The events of these lines, whose times are in `zone`."""
        for line in lines:
            found = _LINE.fullmatch(line)
            if found is None:
                continue
            refused = self._refusal(found[2])
            if refused is not None:
                kind, username, client, topic = refused
                try:
                    at = datetime.fromisoformat(found[1]).replace(tzinfo=zone)
                except ValueError:  # digits that are no time: not the broker's own line
                    continue
                yield Event(at, kind, _short(username), _short(client), _short(topic))

    def _refusal(self, said: str) -> tuple[EventKind, str, str, str] | None:
        if said.startswith(_OF_NO_INTEREST) and not self.disguised:
            return None
        found = None
        if said.startswith("New "):
            self._arrival(said)
        elif said.startswith("Denied PUBLISH"):
            found = self._denied(said)
        elif said.startswith("Client "):
            found = self._departure(said)
        if found is None and (self.disguised or not said.startswith(_BEGINNINGS)):
            found = self._subscribed(said)
        return found

    def _arrival(self, said: str) -> None:
        if opened := _OPENED.fullmatch(said):
            self.pending = [*self.pending[-MOST_PENDING:], opened[1]]
        elif connected := _CONNECTED.fullmatch(said):
            self._no_longer_pending(connected[1])
            self._forget(connected[2])
            self.users[connected[2]] = connected[3] or ""
            if connected[2].startswith(_BEGINNINGS):
                self.disguised.add(connected[2])
            if len(self.users) > MOST_CLIENTS:
                self._forget(next(iter(self.users)))

    def _departure(self, said: str) -> tuple[EventKind, str, str, str] | None:
        if refused := _REFUSED.fullmatch(said):
            address = refused[1] or (self.pending[0] if len(self.pending) == 1 else "")
            self._no_longer_pending(address)
            if not address:
                self.pending = self.pending[1:]  # one of them it was
            return "refused_connect", "", _host(address), ""
        # The longest name that we know: a client called "x disconnected" must not make us forget x.
        for gone in reversed(list(_GONE.finditer(said))):
            client = said[len("Client ") : gone.start()]
            if client in self.users:
                self._forget(client)
                break
            if client == "<unknown>":
                self.pending = self.pending[1:]
        return None

    def _denied(self, said: str) -> tuple[EventKind, str, str, str] | None:
        for form in (_DENIED, _GREEDY_DENIED):
            found = form.fullmatch(said)
            if found is not None and found[1] in self.users:
                return "denied_publish", self.users[found[1]], found[1], found[2]
        found = _DENIED.fullmatch(said)
        return None if found is None else ("denied_publish", "", found[1], found[2])

    def _subscribed(self, said: str) -> tuple[EventKind, str, str, str] | None:
        for split in _SUBSCRIBED.finditer(said):
            client, asked = said[: split.start()], said[split.end() :]
            username = self.users.get(client)
            kind = self.kinds.get(username or "")
            if username is not None and kind is not None and not may_read(kind, username, asked):
                return "denied_subscribe", username, client, asked
        return None

    def _forget(self, client: str) -> None:
        self.users.pop(client, None)
        self.disguised.discard(client)

    def _no_longer_pending(self, address: str) -> None:
        if address in self.pending:
            self.pending.remove(address)


_GREEDY_DENIED = re.compile(_DENIED.pattern.replace("(.*?)", "(.*)", 1), re.DOTALL)


def counted(events: Iterable[Event], tallies: dict[Key, Tally]) -> None:
    """Adds events to the tallies of their minutes; beyond MOST_KEYS a minute, names are not told apart."""
    keys = Counter(key.minute for key in tallies)
    for event in events:
        minute = event.at.replace(second=0, microsecond=0)
        key = Key(minute, event.kind, event.username, event.client, event.topic)
        if key not in tallies and keys[minute] >= MOST_KEYS:
            key = Key(minute, event.kind, REST, REST, REST)
        if key not in tallies:
            keys[minute] += 1
        known = tallies.get(key, Tally(0, event.at, event.at))
        tallies[key] = Tally(known.times + 1, min(known.first_at, event.at), max(known.last_at, event.at))


def _host(address: str) -> str:
    """The address without its port, which differs at each try."""
    host, colon, port = address.rpartition(":")
    return host if colon and port.isdecimal() else address


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + REST
