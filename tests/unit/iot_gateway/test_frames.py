"""Frames come out whole, however the stream is cut, and no frame is kept beyond its limit."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iot_gateway.assembly import Message
from iot_gateway.frames import FrameReader, ProtocolError, pubacks


def remaining_length(length: int) -> bytes:
    out = bytearray()
    while True:
        length, low = divmod(length, 128)
        out.append(low | (0x80 if length else 0))
        if not length:
            return bytes(out)


def publish(topic: bytes, payload: bytes, mid: int) -> bytes:
    variable = struct.pack(">H", len(topic)) + topic + (struct.pack(">H", mid) if mid else b"") + payload
    return bytes([0x32 if mid else 0x30]) + remaining_length(len(variable)) + variable


def cut(stream: bytes, sizes: list[int]) -> list[bytes]:
    pieces = []
    while stream:
        size = max(1, sizes[len(pieces) % len(sizes)])
        pieces.append(stream[:size])
        stream = stream[size:]
    return pieces


def read(stream: bytes, sizes: list[int], keep: int = 10_000) -> tuple[list[Message], bytes]:
    reader, messages, control = FrameReader(keep), [], b""
    for piece in cut(stream, sizes):
        control += reader.feed(piece, 7, messages)
    return messages, control


sent = st.lists(
    st.one_of(
        st.tuples(st.binary(max_size=20), st.binary(max_size=300), st.integers(0, 65535)),
        st.sampled_from([b"\x20\x02\x00\x00", b"\xd0\x00", b"\x90\x03\x00\x01\x01"]),
    ),
    max_size=12,
)
sizes = st.lists(st.integers(1, 400), min_size=1, max_size=5)


@given(sent, sizes)
def test_any_stream_cut_anywhere(frames: list[object], sizes: list[int]) -> None:
    stream = b"".join(publish(*f) if isinstance(f, tuple) else f for f in frames)  # type: ignore[misc]
    messages, control = read(stream, sizes)
    expected = [Message(f[0], f[1], f[2], 7, len(f[1])) for f in frames if isinstance(f, tuple)]
    assert messages == expected
    assert control == b"".join(f for f in frames if isinstance(f, bytes))


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=6), sizes)
def test_large_frames_keep_their_head_and_the_stream_goes_on(lengths: list[int], sizes: list[int]) -> None:
    payloads = [bytes([65 + n]) * length for n, length in enumerate(lengths)]
    stream = b"".join(publish(b"topic", payload, n + 1) for n, payload in enumerate(payloads)) + b"\xd0\x00"
    messages, control = read(stream, sizes, keep=500)
    assert control == b"\xd0\x00"
    assert [m.mid for m in messages] == [n + 1 for n in range(len(payloads))]
    for m, payload in zip(messages, payloads, strict=True):
        assert m.payload_bytes == len(payload)
        assert payload.startswith(m.payload)
        # a read may hold more than the limit, but never less of the frame than that is kept
        assert len(m.payload) >= min(len(payload), 480)


def test_a_stream_that_is_no_mqtt_is_noticed() -> None:
    with pytest.raises(ProtocolError):
        FrameReader(1000).feed(b"\x30\xff\xff\xff\xff\xff", 0, [])
    with pytest.raises(ProtocolError):
        FrameReader(1000).feed(b"\x32\x04\x00\x09ab", 0, [])


def test_acknowledgements_are_one_piece_in_order() -> None:
    assert pubacks([1, 0xABCD]) == b"\x40\x02\x00\x01\x40\x02\xab\xcd"
    assert pubacks([]) == b""
