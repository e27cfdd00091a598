"""Bytes → lines of text, in the declared encoding only, each of bounded length."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

from services.runtime.tables.domain import LONGEST_LINE, TableError
from services.runtime.tables.mapping import ENCODINGS

CHUNK = 64 << 10  # bytes
_UTF16_MARKS = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The lines with their ends; `encoding` is one of ENCODINGS.

    Raises:
        TableError: wrong_encoding, line_too_long; both name the line.
    """
    codec = ENCODINGS[encoding.lower()]
    if codec.startswith("utf-16"):
        yield from _utf16_lines(stream, encoding)
        return
    for number, raw in enumerate(iter(lambda: stream.readline(LONGEST_LINE + 1), b""), start=1):
        if len(raw) > LONGEST_LINE:
            raise _too_long(number)
        if number == 1 and codec == "utf-8":
            raw = raw.removeprefix(codecs.BOM_UTF8)
        yield _decoded(raw, codec, encoding, number)


def chunks(stream: BinaryIO, encoding: str) -> Iterator[str]:
    """The text in pieces, for what does not come in lines; of UTF-8 and UTF-16 only.

    Raises:
        TableError: wrong_encoding, with the line.
    """
    codec = ENCODINGS[encoding.lower()]
    if codec != "utf-8":
        codec = _byte_order(stream, codec)
    decoder = codecs.getincrementaldecoder(codec)()
    number, raw, begun = 1, b"-", False
    while raw:
        raw = stream.read(CHUNK)
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(codec, "ignore")
            raise _wrong(encoding, number + before.count("\n"), error.reason) from error
        number += text.count("\n")
        yield text if begun else text.removeprefix("\ufeff")
        begun = True


def _decoded(raw: bytes, codec: str, encoding: str, number: int) -> str:
    try:
        text = raw.decode(codec)
    except UnicodeDecodeError as error:
        raise _wrong(encoding, number, f"0x{raw[error.start]:02x}") from error
    if codec == "cp1258" and not raw.isascii() and _is_utf8(raw):
        # Nearly every byte is a letter of Windows-1258, so UTF-8 would pass as other letters. What was
        # written in Windows-1258 is by no chance UTF-8: its letters with marks are single bytes.
        raise _wrong(encoding, number, "UTF-8")
    return text


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf16_lines(stream: BinaryIO, encoding: str) -> Iterator[str]:
    number, tail = 1, ""
    for chunk in chunks(stream, encoding):
        *whole, tail = (tail + chunk).split("\n")
        for line in whole:
            yield f"{line}\n"
        number += len(whole)
        if len(tail) > LONGEST_LINE:
            raise _too_long(number)
    if tail:
        yield tail


def _byte_order(stream: BinaryIO, codec: str) -> str:
    mark = stream.read(2)
    if codec == "utf-16" and mark not in _UTF16_MARKS:
        raise _wrong("utf-16", 1, "no byte-order mark")
    found = _UTF16_MARKS.get(mark)
    if found is None or codec not in ("utf-16", found):
        raise _wrong(codec, 1, "another or no byte-order mark")
    return found


def _wrong(encoding: str, number: int, found: str) -> TableError:
    return TableError(
        "wrong_encoding",
        f"Dòng {number} không phải {encoding} (gặp {found}); khai báo đúng bảng mã trong tệp ánh xạ",
        f"not {encoding} ({found}); declare the encoding that the file has",
        number,
    )


def _too_long(number: int) -> TableError:
    return TableError(
        "line_too_long",
        f"Dòng {number} dài hơn {LONGEST_LINE} byte",
        f"longer than {LONGEST_LINE} bytes",
        number,
    )
