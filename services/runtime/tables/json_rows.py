"""The rows of JSON: an array of objects, or one object a line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import count
from typing import Any, BinaryIO, NoReturn

from services.runtime.tables.domain import LONGEST_LINE, Problem, Record, TableError
from services.runtime.tables.mapping import Mapping
from services.runtime.tables.text import chunks, lines

LARGEST_DOCUMENT = 32 << 20  # characters of JSON whose rows lie inside an object; an array may be of any size
_SPACE = re.compile(r"[ \t\r\n]*")


class _Refused(ValueError):
    """JSON that Python reads and RFC 8259 does not know."""


def _no_constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def json_lines(stream: BinaryIO, mapping: Mapping) -> Iterator[Record | Problem]:
    """One a line; empty lines are none. `line`: that of the file."""
    for number, line in enumerate(lines(stream, mapping.encoding), start=1):
        if line.strip():
            try:
                value = _DECODER.decode(line.strip())
            except (ValueError, RecursionError) as error:
                yield Problem(number, "bad_json", "Dòng không phải JSON", _said(error))
                continue
            yield _row(number, value, mapping)


def json_array(stream: BinaryIO, mapping: Mapping) -> Iterator[Record | Problem]:
    """One an element of the array at `rows_at`. `line`: its place in the array, from 1.

    Raises:
        TableError: not JSON, no such array, or an element or document beyond its limit.
    """
    if mapping.rows_at:
        elements: Iterator[Any] = iter(_array_in(stream, mapping))
    else:
        elements = _elements(_Text(chunks(stream, mapping.encoding)))
    for number, value in enumerate(elements, start=1):
        yield _row(number, value, mapping)


def _row(number: int, value: Any, mapping: Mapping) -> Record | Problem:
    if not isinstance(value, dict):
        return Problem(number, "wrong_type", "Phần tử không phải đối tượng JSON", "the element is no object")
    cells: tuple[Any, ...] = tuple(_member(value, heading) for heading in mapping.columns.values())
    for cell, name in zip(cells, mapping.columns, strict=True):
        if isinstance(cell, (dict, list)):
            detail = f"{name} is no single value"
            return Problem(number, "wrong_type", f"“{name}” không phải một giá trị", detail)
    return Record(number, cells)


def _member(value: dict[str, Any], heading: str) -> Any:
    """The member of this name; `a.b` is also the member b of a."""
    if heading in value or "." not in heading:
        return value.get(heading)
    inner: Any = value
    for part in heading.split("."):
        inner = inner.get(part) if isinstance(inner, dict) else None
    return inner


def _array_in(stream: BinaryIO, mapping: Mapping) -> list[Any]:
    text = _Text(chunks(stream, mapping.encoding))
    while text.more():
        if len(text.buffer) > LARGEST_DOCUMENT:
            raise _bad(f"longer than {LARGEST_DOCUMENT} characters, with rows_at")
    try:
        value: Any = _DECODER.decode(text.buffer)
    except (ValueError, RecursionError) as error:
        raise _bad(_said(error)) from error
    for part in mapping.rows_at.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if not isinstance(value, list):
        raise _bad(f"there is no array at {mapping.rows_at}")
    return value


class _Text:
    """Text that arrives in pieces, as one buffer that is read on from `at`."""

    def __init__(self, source: Iterator[str]) -> None:
        self._source = source
        self.buffer, self.at = "", 0

    def more(self) -> bool:
        """Drops what was read and adds a piece; False at the end of the text."""
        for piece in self._source:
            if piece:
                self.buffer, self.at = self.buffer[self.at :] + piece, 0
                return True
        return False

    def next_sign(self) -> str:
        """The next character that is no space, left where it is; "" at the end."""
        while True:
            self.at = _SPACE.match(self.buffer, self.at).end()  # type: ignore[union-attr]  # matches anywhere
            if self.at < len(self.buffer):
                return self.buffer[self.at]
            if not self.more():
                return ""


def _elements(text: _Text) -> Iterator[Any]:
    if text.next_sign() != "[":
        raise _bad("no array; say rows_at where it lies inside an object")
    text.at += 1
    closed = text.next_sign() == "]"
    for number in count(1):
        if closed:
            break
        yield _element(text, number)
        sign = text.next_sign()
        if sign not in (",", "]"):
            raise _bad(f"neither , nor ] behind element {number}")
        closed = sign == "]"
        text.at += not closed
    text.at += 1
    if text.next_sign():
        raise _bad("more behind the array")


def _element(text: _Text, number: int) -> Any:
    while True:
        text.next_sign()
        try:
            value, text.at = _DECODER.raw_decode(text.buffer, text.at)
            return value  # a number at the buffer's end might go on, but what is no object is refused anyway
        except RecursionError as error:
            raise _bad(f"element {number} is nested too deeply") from error
        except _Refused as error:
            raise _bad(f"element {number}: {error}") from error
        except ValueError as error:
            if len(text.buffer) - text.at > LONGEST_LINE:
                raise _bad(
                    f"element {number} is no JSON, or longer than {LONGEST_LINE} characters"
                ) from error
            if not text.more():
                raise _bad(f"element {number}: {_said(error)}") from error


def _said(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _bad(detail: str) -> TableError:
    return TableError("bad_json", f"Tệp không phải JSON đúng dạng: {detail}", detail)
