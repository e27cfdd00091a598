"""The hub's door against whatever comes: no frame, byte or header makes it fail, and no other wall notices.

`FUZZ_EXAMPLES` says how many conversations are tried; `make fuzz-wall` tries 20,000.
"""

from __future__ import annotations

import json
import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.fixtures.processes import Running
from tests.fixtures.stack import Stack
from tests.fixtures.waiting import eventually
from tests.fixtures.walls import address, hello, pair

pytestmark = pytest.mark.one_store("frames; nothing that is asked depends on how telemetry is kept")

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "150"))
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
# What the hub says where its own code has failed.
FAILURES = (
    "connection handler failed",
    "process_request failed",
    "opening handshake failed",
    "Traceback",
    "Task exception",
)
INTERNAL_ERROR = 1011
SILENCE_S = 4.0  # of the other wall: two heartbeats
PATIENCE_S = 0.3  # for an answer to what may need none
TEXT, BINARY = 1, 2

names = st.one_of(
    st.sampled_from(("tong-quan", "moi-truong", "", "Ộ Ễ Ự Ẵ Ỹ đ", "\0", "../", "x" * 101, "'; --")),
    st.text(max_size=20),
)
numbers = st.one_of(st.sampled_from((0, 1, 2, -1, 2**53, 2**64, 10**400)), st.floats(), st.integers())
junk = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, names),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)
FIELDS = (
    "type", "protocol", "ticket", "build", "board", "resume", "epoch", "position", "code", "at_ms",
    "clock_ms", "fps", "width", "height", "heap_bytes",
)  # fmt: skip
objects = st.fixed_dictionaries(
    {
        "type": st.sampled_from(("hello", "pair", "redeem", "board", "painted", "goodbye", "show", 7)),
        "protocol": st.just(2),
    },
    optional={
        field: st.one_of(junk, names, numbers) for field in FIELDS if field not in ("type", "protocol")
    },
)
NESTED = ("[" * 4096, '{"type":"pair","protocol":2,"x":' + "[" * 4000, '{"a":' * 800)
texts = st.one_of(
    st.builds(json.dumps, objects), st.builds(json.dumps, junk), st.sampled_from(NESTED), st.text(max_size=50)
)


@dataclass(frozen=True)
class Said:
    """A frame as it goes over the wire. `payload` may be no UTF-8, `opcode` none that there is."""

    payload: bytes
    opcode: int = TEXT
    is_final: bool = True
    is_masked: bool = True
    reserved: int = 0
    length: int | None = None  # that it claims; None: the true one

    def encoded(self) -> bytes:
        length = len(self.payload) if self.length is None else self.length
        first = (0x80 if self.is_final else 0) | self.reserved << 4 | self.opcode
        mask = 0x80 if self.is_masked else 0
        if length < 126:
            head = bytes((first, mask | length))
        elif length < 2**16:
            head = bytes((first, mask | 126)) + length.to_bytes(2, "big")
        else:
            head = bytes((first, mask | 127)) + length.to_bytes(8, "big")
        return head + (bytes(4) if self.is_masked else b"") + self.payload  # masked with zeros


plain = st.builds(lambda text: Said(text.encode("utf-8", "surrogatepass")), texts)
bent = st.builds(
    Said,
    st.one_of(st.binary(max_size=200), st.builds(lambda text: text.encode("utf-8", "surrogatepass"), texts)),
    opcode=st.integers(0, 15),
    is_final=st.booleans(),
    is_masked=st.sampled_from((True, True, True, False)),
    reserved=st.sampled_from((0, 0, 0, 1, 7)),
    length=st.sampled_from((None, None, None, 0, 1, 125, 126, 4096, 4097, 2**16, 2**63)),
)
conversations = st.lists(st.one_of(plain, plain, bent), min_size=1, max_size=4)


class Witness:
    """Another wall, which must notice nothing."""

    def __init__(self, port: int, said: str) -> None:
        self.ended = ""
        self.frames = 0
        self._thread = threading.Thread(target=self._follow, args=(f"ws://127.0.0.1:{port}/ws", said))
        self._closing = threading.Event()
        self._thread.start()

    def close(self) -> None:
        self._closing.set()
        self._thread.join()

    def _follow(self, address: str, said: str) -> None:
        try:
            with connect(address, compression=None) as connection:
                connection.send(said)
                while not self._closing.is_set():
                    frame = connection.recv(timeout=SILENCE_S)
                    self.frames += 1
                    if json.loads(frame)["type"] == "goodbye":
                        self.ended = str(frame)
        except (ConnectionClosed, TimeoutError) as failed:
            self.ended = repr(failed)


class Door:
    """The hub from outside, byte by byte."""

    def __init__(self, hub: Running, port: int, secret: str) -> None:
        self._hub = hub
        self._port = port
        self._secret = secret
        self._read = 0

    def hello(self) -> bytes:
        """The first frame of a wall that is let in."""
        return Said(hello(self._port, self._secret).encode()).encoded()

    def answer(self, request: bytes, *frames: bytes) -> bytes:
        """All that it says until it ends the connection, or has no more to say."""
        with socket.create_connection(
            ("127.0.0.1", self._port), timeout=5, source_address=(address(), 0)
        ) as line:
            heard = b""
            try:
                line.sendall(request)
                while frames and b"\r\n\r\n" not in heard and (more := line.recv(1)):
                    heard += more
                for frame in frames:
                    line.sendall(frame)
                line.settimeout(PATIENCE_S)
                while more := line.recv(65536):
                    heard += more
            except (TimeoutError, ConnectionError):
                pass
            return heard

    def talk(self, path: str, *frames: bytes) -> int | None:
        """The code with which it closes; None: it does not close, or cuts."""
        heard = self.answer(upgrade(path), *frames)
        if not heard:  # cut while we were still speaking
            return None
        head, _, body = heard.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        return closing_code(body)

    def has_not_failed(self) -> None:
        """Nothing in what it logged since the last call, and it is there."""
        logged = self._hub.logs()
        new, self._read = logged[self._read :], len(logged)
        assert not [line for line in new.splitlines() if any(failure in line for failure in FAILURES)]
        assert self._hub.is_alive


def upgrade(path: str) -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def closing_code(body: bytes) -> int | None:
    """Of the close frame among frames of a server, which are not masked."""
    while len(body) >= 2:
        opcode, length, start = body[0] & 0x0F, body[1] & 0x7F, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            length = int.from_bytes(body[2:start], "big")
        if opcode == 8:
            return int.from_bytes(body[start : start + 2], "big")
        body = body[start + length :]
    return None


@pytest.fixture
def door(stack: Stack) -> Iterator[Door]:
    hub = stack.start("hub", HAIDANG_HUB_PEERS="{}")
    secret = pair(stack.wiring.dsns["display"], "tong-quan", "moi-truong")
    witness = Witness(stack.ports.wall, hello(stack.ports.wall, secret))
    eventually(lambda: witness.frames > 2)
    yield Door(hub, stack.ports.wall, secret)
    witness.close()
    assert witness.ended == ""


def test_no_conversation_makes_the_hub_fail_and_no_other_wall_notices(door: Door) -> None:
    @QUIET
    @given(st.sampled_from(("/ws", "/ws", "/pair")), st.booleans(), conversations)
    @example("/pair", False, [Said(b'{"type":"redeem","protocol":2,"code":"\\u0000"}')])
    @example("/pair", False, [Said(b'{"type":"pair","protocol":2,"x":' + b"[" * 4000)])
    @example("/ws", True, [Said(b'{"type":"board","board":"tong-quan","x":' + b"[" * 4000)])
    @example("/ws", False, [Said(b"\xff\xfe")])
    @example("/ws", True, [Said(b"{}", opcode=BINARY)])
    def whole(path: str, is_wall: bool, said: list[Said]) -> None:
        first = [door.hello()] if is_wall and path == "/ws" else []
        code = door.talk(path, *first, *(frame.encoded() for frame in said))
        door.has_not_failed()
        assert code != INTERNAL_ERROR

    whole()


headers = st.lists(
    st.tuples(
        st.sampled_from(("Authorization", "Origin", "Host", "Accept-Encoding", "If-None-Match", "Cookie")),
        st.one_of(
            st.sampled_from((b"", b"Bearer", b"Bearer \xff\xfe", b"null", b"Basic Og==", b"x" * 5000)),
            st.binary(max_size=30),
        ),
    ),
    max_size=6,
)  # fmt: skip


def test_no_request_makes_the_hub_fail(door: Door) -> None:
    @QUIET
    @given(st.sampled_from((b"/ticket", b"/", b"/ws", b"/map.geojson", b"/%00", b"//x")), headers)
    @example(b"/ticket", [("Authorization", b"Bearer a"), ("Authorization", b"Bearer b")])
    @example(b"/ws", [("Origin", b"http://a"), ("Origin", b"http://b")])
    def whole(path: bytes, more: list[tuple[str, bytes]]) -> None:
        lines = b"".join(name.encode() + b": " + value + b"\r\n" for name, value in more)
        answer = door.answer(b"GET " + path + b" HTTP/1.1\r\n" + lines + b"\r\n")
        door.has_not_failed()
        assert not answer.startswith(b"HTTP/1.1 500"), answer

    whole()


def test_a_frame_that_comes_byte_by_byte_and_one_that_never_ends_hold_nobody_up(
    door: Door, stack: Stack
) -> None:
    never_ending = Said(b'{"type":', is_final=False).encoded()
    lines = [socket.create_connection(("127.0.0.1", stack.ports.wall), timeout=12) for _ in range(20)]
    for line in lines:
        line.sendall(upgrade("/ws") + never_ending)
    slow = door.hello() + Said(b"not understood").encoded()
    with socket.create_connection(("127.0.0.1", stack.ports.wall), timeout=5) as line:
        line.sendall(upgrade("/ws"))
        for byte in slow:
            line.sendall(bytes((byte,)))
        heard = b""
        while more := line.recv(65536):
            heard += more
    assert b"not_understood" in heard
    for line in lines:
        heard = b""
        while more := line.recv(65536):
            heard += more
        assert b"no_hello" in heard
        line.close()
    door.has_not_failed()
