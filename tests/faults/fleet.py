"""Field devices by the hundred, each a persistent MQTT session, that forget nothing unacknowledged.

A client library with a thread a device would cost more than everything that is tested here; what a device
does (CONNECT with its credential, PUBLISH at QoS 1, wait for PUBACK, say it again after a reconnect) is few
bytes.
"""

from __future__ import annotations

import asyncio
import random
import struct
import threading
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

_TICK_S = 0.02
_KEEPALIVE_S = 60
_PUBACK_BYTES = 4
_UNNUMBERED = -1
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.1, 1.0  # between tries to connect


@dataclass(frozen=True, slots=True)
class Said:
    """One numbered reading, as its device keeps it until the broker has it."""

    number: int
    body: bytes  # of the PUBLISH, without its flags and packet identifier


@dataclass
class Device:
    """One device. `waiting`: by packet identifier, in the order in which it was said."""

    name: str
    password: str
    topic: str
    waiting: dict[int, Said] = field(default_factory=dict)
    said: int = 0
    last_ms: int = 0
    line: asyncio.StreamWriter | None = None
    _identifier: int = 0

    def say(self, number: int, now_ms: int) -> None:
        """A reading with a time of its own: `number` is its value, and never comes again."""
        self.last_ms = max(now_ms, self.last_ms + 1)
        self.say_raw(
            number,
            b'{"ts": %d, "values": {"temp": %d}, "seq": %d}' % (self.last_ms, number, self.said),
        )
        self.said += 1

    def say_raw(self, number: int, payload: bytes) -> None:
        """Any payload; kept until the broker has it, sent now if there is a connection."""
        self._identifier = self._identifier % 65535 + 1
        said = Said(number, payload)
        self.waiting[self._identifier] = said
        if self.line is not None:
            self.line.write(self._publish(self._identifier, said, again=False))

    def say_again(self) -> None:
        """After a reconnect: everything that the broker did not acknowledge, marked as a repetition."""
        assert self.line is not None
        for identifier, said in self.waiting.items():
            self.line.write(self._publish(identifier, said, again=True))

    def _publish(self, identifier: int, said: Said, again: bool) -> bytes:
        body = _text(self.topic) + struct.pack(">H", identifier) + said.body
        return bytes([0x3A if again else 0x32]) + _length(len(body)) + body

    def connect_packet(self) -> bytes:
        """MQTT 3.1.1, clean session off."""
        body = b"\x00\x04MQTT\x04\xc0" + struct.pack(">H", _KEEPALIVE_S)
        body += _text(f"device-{self.name}") + _text(self.name) + _text(self.password)
        return b"\x10" + _length(len(body)) + body


class Fleet:
    """Speaks `per_s` readings a second in turns, from a thread of its own, until stopped.

    Numbers run from 0; `acknowledged`: each number that the broker took, and when (monotonic).
    The devices in `silent` are connected, and speak only when they are told.
    """

    def __init__(
        self,
        port: int,
        topics: Mapping[str, str],
        silent: Collection[str],
        password: str,
        per_s: float,
        seed: int,
    ) -> None:
        self.port = port
        self.devices = {name: Device(name, password, topic) for name, topic in topics.items()}
        self.acknowledged: dict[int, float] = {}
        self.said = 0
        self._per_s = per_s
        self._silent = silent
        self._turn = list(self.devices.values())
        self._chance = random.Random(seed)
        self._speaking = threading.Event()
        self._ending = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def connected(self) -> int:
        """How many devices are connected now."""
        return sum(device.line is not None for device in self._turn)

    @property
    def unacknowledged(self) -> int:
        """Readings that the broker has not taken yet."""
        return self.said - len(self.acknowledged)

    def speak(self) -> None:
        """Begin, or go on."""
        self._speaking.set()

    def hush(self) -> None:
        """Say nothing new; what is unacknowledged is still said again."""
        self._speaking.clear()

    def poison(self, name: str, payloads: Iterable[bytes]) -> None:
        """Have a device say these, as fast as it can; they have no number and are counted apart."""
        device, kept = self.devices[name], list(payloads)

        def say() -> None:
            for payload in kept:
                device.say_raw(_UNNUMBERED, payload)

        self._loop.call_soon_threadsafe(say)

    def stop(self) -> None:
        """Hang up."""
        self._ending.set()
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._live())
        self._loop.close()

    async def _live(self) -> None:
        lives = [asyncio.create_task(self._live_of(device)) for device in self._turn]
        await self._speak_on()
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)

    async def _speak_on(self) -> None:
        due = 0.0
        last = time.monotonic()
        speakers = [device for device in self._turn if device.name not in self._silent]
        while not self._ending.is_set():
            await asyncio.sleep(_TICK_S)
            now = time.monotonic()
            if self._speaking.is_set():
                due += (now - last) * self._per_s
            last = now
            while due >= 1:
                speakers[self.said % len(speakers)].say(self.said, time.time_ns() // 1_000_000)
                self.said += 1
                due -= 1

    async def _live_of(self, device: Device) -> None:
        pause_s = _FIRST_PAUSE_S
        while True:
            try:
                reader = await self._connect(device)
                pause_s = _FIRST_PAUSE_S
                device.say_again()
                while True:
                    self._note(device, await reader.readexactly(_PUBACK_BYTES))
            except (OSError, asyncio.IncompleteReadError, TimeoutError):
                pass
            finally:
                self._hang_up(device)
            await asyncio.sleep(pause_s * self._chance.uniform(0.5, 1))  # not all at the same moment
            pause_s = min(_LONGEST_PAUSE_S, pause_s * 2)

    async def _connect(self, device: Device) -> asyncio.StreamReader:
        reader, writer = await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port), 5)
        try:
            writer.write(device.connect_packet())
            answer = await asyncio.wait_for(reader.readexactly(4), 10)
        except BaseException:
            writer.close()
            raise
        # The second byte says whether the broker remembers the session; either is well.
        if answer[0] != 0x20 or answer[3] != 0:
            writer.close()
            raise OSError(f"the broker refused {device.name}: {answer!r}")
        device.line = writer
        return reader

    def _note(self, device: Device, packet: bytes) -> None:
        if packet[:2] != b"\x40\x02":
            raise OSError(f"no PUBACK: {packet!r}")
        said = device.waiting.pop(int.from_bytes(packet[2:], "big"), None)
        if said is not None and said.number != _UNNUMBERED:
            self.acknowledged[said.number] = time.monotonic()

    def _hang_up(self, device: Device) -> None:
        if device.line is not None:
            device.line.close()
            device.line = None


def _text(text: str) -> bytes:
    return struct.pack(">H", len(text.encode())) + text.encode()


def _length(length: int) -> bytes:
    """MQTT's remaining length: seven bits a byte, the lowest first."""
    out = bytearray()
    while True:
        length, low = divmod(length, 128)
        out.append(low | (0x80 if length else 0))
        if not length:
            return bytes(out)
