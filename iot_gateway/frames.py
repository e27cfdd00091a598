"""MQTT 3.1.1 frames out of a byte stream: PUBLISH as messages, everything else passed on. Pure.

A client library spends about ten times as long on a PUBLISH; at the gateway's rates that is most of its CPU.
Format: MQTT 3.1.1, chapters 2.2 and 3.3.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from sys import byteorder

from iot_gateway.assembly import Message

_PUBLISH = 0x30
_PUBACK = 0x40020000  # type 4, two bytes follow: the packet identifier
_QOS_BITS = 0x06


class ProtocolError(Exception):
    """The stream is not MQTT; only a new connection helps."""


class FrameReader:
    """Keeps the unfinished frame between reads. Of a frame beyond `keep_bytes` only the head is kept."""

    def __init__(self, keep_bytes: int) -> None:
        self._keep_bytes = keep_bytes
        self._chunks: list[bytes] = []
        self._have = 0
        self._need = 2  # bytes from the start of the unfinished frame
        self._skip = 0  # bytes still to be thrown away of a frame that is too large
        self._cut: Message | None = None  # that frame, as far as it is kept

    def feed(self, data: bytes, received_at_ms: int, messages: list[Message]) -> bytes:
        """Append every PUBLISH that `data` completes to `messages`; returns all other complete frames."""
        if self._skip:
            data = self._throw_away(data, messages)
        self._chunks.append(data)
        self._have += len(data)
        if self._have < self._need:
            return b""
        whole = self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
        try:
            control, rest = self._split(whole, received_at_ms, messages)
        except IndexError as error:
            raise ProtocolError("a frame shorter than its own header") from error
        self._chunks = [rest] if rest else []
        self._have = len(rest)
        return control

    def _split(self, data: bytes, received_at_ms: int, messages: list[Message]) -> tuple[bytes, bytes]:
        control = b""
        position, end = 0, len(data)
        self._need = 2
        while end - position >= 2:
            length = data[position + 1]
            start = position + 2
            if length >= 0x80 and end - start > 1 and data[start] < 0x80:  # nearly all: 128 to 16,383 bytes
                length, start = length & 0x7F | data[start] << 7, start + 1
            elif length >= 0x80:
                length, start = _remaining_length(data, position + 1)
                if start == 0:
                    self._need = end - position + 1
                    break
            stop = start + length
            if stop > end:
                if stop - position <= self._keep_bytes:
                    self._need = stop - position
                    break
                if end - position < self._keep_bytes:
                    self._need = self._keep_bytes
                    break
                self._skip = stop - end
                self._cut = _message(data[position:end], start - position, received_at_ms, stop - position)
                return control, b""
            if data[position] & 0xF0 == _PUBLISH:
                messages.append(_message_at(data, position, start, stop, received_at_ms))
            else:
                control += data[position:stop]
            position = stop
        return control, data[position:] if position else data

    def _throw_away(self, data: bytes, messages: list[Message]) -> bytes:
        dropped = min(self._skip, len(data))
        self._skip -= dropped
        if self._skip == 0 and self._cut is not None:
            messages.append(self._cut)
            self._cut = None
        return data[dropped:]


def _message_at(data: bytes, position: int, start: int, stop: int, received_at_ms: int) -> Message:
    """The PUBLISH whose variable header begins at `start`."""
    body = start + 2 + (data[start] << 8 | data[start + 1])
    topic = data[start + 2 : body]
    mid = 0
    if data[position] & _QOS_BITS:
        mid = data[body] << 8 | data[body + 1]
        body += 2
    if body > stop:
        raise ProtocolError("a topic longer than its frame")
    return tuple.__new__(Message, (topic, data[body:stop], mid, received_at_ms, stop - body))  # half the cost


def _message(head: bytes, start: int, received_at_ms: int, frame_bytes: int) -> Message:
    """A PUBLISH of which only the head is there."""
    if head[0] & 0xF0 != _PUBLISH:
        raise ProtocolError("a control packet of that size")
    kept = _message_at(head, 0, start, len(head), received_at_ms)
    return kept._replace(payload_bytes=kept.payload_bytes + frame_bytes - len(head))


def _remaining_length(data: bytes, position: int) -> tuple[int, int]:
    """(length, where the variable header begins); the latter 0 where bytes are missing."""
    length = 0
    for shift, byte in zip((0, 7, 14, 21), data[position : position + 4], strict=False):
        length |= (byte & 0x7F) << shift
        position += 1
        if byte < 0x80:
            return length, position
    if shift == 21:
        raise ProtocolError("remaining length beyond four bytes")
    return 0, 0


def pubacks(mids: Iterable[int]) -> bytes:
    """The acknowledgements of these packet identifiers, in order, as one piece."""
    words = array("I", [_PUBACK | mid for mid in mids])
    if byteorder == "little":
        words.byteswap()
    return words.tobytes()
