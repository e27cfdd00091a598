"""Looks through a workbook before it is opened: what unpacks to more than a table goes no further."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from services.runtime.tables.domain import TableError

MOST_PACKED = 64 << 20  # bytes of the file
MOST_UNPACKED = 512 << 20  # bytes of all its parts together; they are read part by part, never at once
MOST_STRINGS = 64 << 20  # bytes of the table of texts, which the reader holds in memory
MOST_PARTS = 1000
HIGHEST_RATIO = 200  # unpacked to packed, of parts beyond _SMALL; sheets of equal rows reach some 50
_SMALL = 4 << 20
LONGEST_RUN = 1 << 20  # bytes of XML without a tag: one cell's text
_CHUNK = 64 << 10
_LONGEST_MARK = 16
_MARKS = (b"<!DOCTYPE", b"<!ENTITY")


def check_workbook(stream: BinaryIO) -> None:
    """Reads all of it once, in bounded memory, and leaves the stream at its beginning.

    Raises:
        TableError: bad_file (no workbook), zip_bomb (beyond a limit), bad_xml (declares entities).
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
    run, before = 0, b""
    # zipfile reads no more than the size that was checked above, whatever the part really holds.
    with parts.open(part) as content:
        while chunk := content.read(_CHUNK):
            if any(mark in before + chunk for mark in _MARKS):
                raise TableError(
                    "bad_xml", "XLSX khai báo thực thể XML", f"{part.filename} declares entities"
                )
            before = chunk[-_LONGEST_MARK:]
            last = chunk.rfind(b"<")
            run = run + len(chunk) if last < 0 else len(chunk) - last
            if run > LONGEST_RUN:
                raise _bomb(f"{part.filename} has a text longer than {LONGEST_RUN} bytes")


def _bomb(detail: str) -> TableError:
    return TableError("zip_bomb", f"Tệp XLSX vượt giới hạn: {detail}", detail)
