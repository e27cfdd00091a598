"""Looks through a workbook before it is opened: what unpacks to more than a table goes no further."""

from __future__ import annotations

import zipfile
from typing import BinaryIO, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from services.runtime.tables.domain import TableError

MOST_PACKED = 64 << 20  # bytes of the file
MOST_UNPACKED = 512 << 20  # bytes of all its parts together; they are read piece by piece, never at once
MOST_STRINGS = 64 << 20  # bytes of the table of texts, which the reader holds in memory
MOST_PARTS = 1000
HIGHEST_RATIO = 200  # unpacked to packed, of parts beyond _SMALL; sheets of equal rows reach some 50
_SMALL = 4 << 20
LONGEST_RUN = 1 << 20  # bytes of XML without a tag: one cell's text
# The reader keeps some 200 bytes of every row and of every element outside rows, and a row while it is read.
MOST_ROWS = 200_000
MOST_IN_ROW = 16_384  # elements
MOST_OTHERS = 1_000_000  # elements of a part
_DEEPEST = 64
_CHUNK = 64 << 10


def check_workbook(stream: BinaryIO) -> None:
    """Reads all of it once, in bounded memory, and leaves the stream at its beginning.

    Raises:
        TableError: bad_file (no workbook), zip_bomb (beyond a limit), too_many_rows, bad_xml (broken, or it
            declares entities).
    """
    if stream.seek(0, 2) > MOST_PACKED:
        raise _bomb(f"the file is larger than {MOST_PACKED} bytes")
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as parts:
            _check_sizes(parts.infolist())
            for part in parts.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    _check_part(parts, part)
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
    ) as error:
        raise TableError("bad_file", "Tệp không phải bảng tính XLSX", f"no XLSX workbook: {error}") from error
    stream.seek(0)


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise _bomb(f"more than {MOST_PARTS} parts")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise _bomb(f"unpacks to more than {MOST_UNPACKED} bytes")
    for part in parts:
        if part.file_size > max(_SMALL, HIGHEST_RATIO * part.compress_size):
            raise _bomb(f"{part.filename} unpacks to more than {HIGHEST_RATIO} times its size")
        if part.filename.endswith("sharedStrings.xml") and part.file_size > MOST_STRINGS:
            raise _bomb(f"more than {MOST_STRINGS} bytes of text")


def _check_part(parts: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    run = 0
    parser: _Parser = DefusedXMLParser(target=_Shape(part.filename), forbid_dtd=True)
    try:
        # zipfile reads no more than the size that was checked above, whatever the part really holds.
        with parts.open(part) as content:
            while chunk := content.read(_CHUNK):
                last = chunk.rfind(b"<")
                run = run + len(chunk) if last < 0 else len(chunk) - last
                if run > LONGEST_RUN:
                    raise _bomb(f"{part.filename} has a text longer than {LONGEST_RUN} bytes")
                parser.feed(chunk)
        parser.close()
    except (DefusedXmlException, ParseError) as error:
        raise TableError(
            "bad_xml", "XML trong tệp XLSX hỏng hoặc khai báo thực thể", f"{part.filename}: {error}"
        ) from error


class _Parser(Protocol):
    def feed(self, data: bytes) -> None: ...

    def close(self) -> object: ...


class _Shape:
    """Counts the elements of a part as they pass, keeping none."""

    def __init__(self, part: str) -> None:
        self._part = part
        self._depth = self._rows = self._in_row = self._others = 0
        self._row_depth = 0  # 0: outside rows

    def start(self, tag: str, attributes: object) -> None:
        """An element begins."""
        self._depth += 1
        if self._depth > _DEEPEST:
            raise _bomb(f"{self._part} is nested deeper than {_DEEPEST}")
        if self._row_depth:
            self._in_row += 1
            if self._in_row > MOST_IN_ROW:
                raise _bomb(f"{self._part} has a row of more than {MOST_IN_ROW} elements")
        elif tag.endswith("}row"):
            self._rows, self._row_depth, self._in_row = self._rows + 1, self._depth, 0
            if self._rows > MOST_ROWS:
                detail = f"more than {MOST_ROWS} rows; send them as CSV"
                raise TableError("too_many_rows", f"Hơn {MOST_ROWS} dòng; hãy gửi tệp CSV", detail)
        else:
            self._others += 1
            if self._others > MOST_OTHERS:
                raise _bomb(f"{self._part} has more than {MOST_OTHERS} elements")

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._depth == self._row_depth:
            self._row_depth = 0
        self._depth -= 1

    def close(self) -> None:
        """The part ends."""


def _bomb(detail: str) -> TableError:
    return TableError("zip_bomb", f"Tệp XLSX vượt giới hạn: {detail}", detail)
