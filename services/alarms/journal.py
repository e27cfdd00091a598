"""The duty journal as a chain: each entry holds the hash of the one before. Pure.

`hash` is SHA-256 over `previous` and the content as a JSON array; the number is not in it, so that an entry
that was moved is still known for itself. Whoever may write the tables could make a whole chain anew: against
that the newest hash is written down outside, with each handover, and is an anchor of `Standing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

import msgspec

from services.alarms.domain import Event

GENESIS = bytes(32)  # stands before the first entry
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Kind(StrEnum):
    """What an entry tells."""

    ACKNOWLEDGE = "acknowledge"
    SHELVE = "shelve"
    UNSHELVE = "unshelve"
    ESCALATE = "escalate"
    REMARK = "remark"  # a note on an alarm
    UNATTENDED = "unattended"  # nobody was on duty for an alarm
    UNDELIVERED = "undelivered"  # a notification was given up
    NOTE = "note"
    HANDOVER = "handover"
    MAINTENANCE = "maintenance"  # work was announced or cancelled


KIND_WORDS: Mapping[Kind, tuple[str, str]] = {
    Kind.ACKNOWLEDGE: ("Tiếp nhận", "Acknowledged"),
    Kind.SHELVE: ("Tạm gác", "Shelved"),
    Kind.UNSHELVE: ("Thôi tạm gác", "Taken off the shelf"),
    Kind.ESCALATE: ("Báo cấp trên", "Escalated"),
    Kind.REMARK: ("Ghi chú cảnh báo", "Note on an alarm"),
    Kind.UNATTENDED: ("Không có người trực", "Nobody on duty"),
    Kind.UNDELIVERED: ("Không báo được", "Could not be told"),
    Kind.NOTE: ("Ghi chú", "Note"),
    Kind.HANDOVER: ("Giao ca", "Handover"),
    Kind.MAINTENANCE: ("Bảo trì", "Maintenance"),
}

# What is done to alarms and belongs into the journal; of UNSHELVE only what a person did.
OF_EVENT: Mapping[Event, Kind] = {
    Event.ACKNOWLEDGE: Kind.ACKNOWLEDGE,
    Event.SHELVE: Kind.SHELVE,
    Event.UNSHELVE: Kind.UNSHELVE,
    Event.ESCALATE: Kind.ESCALATE,
    Event.NOTE: Kind.REMARK,
}


class Draft(NamedTuple):
    """What an entry says. `by`: '' the system."""

    at: datetime
    kind: Kind
    by: str
    text: str
    alarm: int | None = None
    change: int | None = None


class Entry(NamedTuple):
    """A draft in its place."""

    entry: int
    draft: Draft
    previous: bytes
    hash: bytes


class Head(NamedTuple):
    """The newest entry; 0 and GENESIS where there is none."""

    entry: int
    hash: bytes


class Wrong(StrEnum):
    """What was done to a journal."""

    ALTERED = "altered"
    REMOVED = "removed"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a journal is held against."""

    head: Head  # what was added last
    count: int  # how many entries there are
    is_there: Callable[[bytes], bool]  # whether one of them has this hash
    anchors: Mapping[int, bytes] = field(default_factory=dict)  # hashes written down elsewhere, by number


@dataclass(frozen=True, slots=True)
class Finding:
    """The first entry that is not as it was written, and what tells so."""

    entry: int
    wrong: Wrong
    vi: str
    en: str


def chained(head: Head, drafts: Iterable[Draft]) -> list[Entry]:
    """The drafts as the entries behind `head`."""
    entries = []
    for draft in drafts:
        one = Entry(head.entry + 1, draft, head.hash, hash_of(head.hash, draft))
        entries.append(one)
        head = Head(one.entry, one.hash)
    return entries


def hash_of(previous: bytes, draft: Draft) -> bytes:
    """The 32 bytes that seal an entry; times count in whole microseconds since 1970 UTC."""
    at = (draft.at - _EPOCH) // timedelta(microseconds=1)
    content = [at, draft.kind, draft.by, draft.alarm, draft.change, draft.text]
    return hashlib.sha256(previous + msgspec.json.encode(content)).digest()


def first_wrong(entries: Iterable[Entry], standing: Standing) -> Finding | None:
    """The first entry, by number, that was altered, removed or put elsewhere; `entries`: all, by number."""
    before = Head(0, GENESIS)
    for one in entries:
        finding = _fault(one, before, standing)
        if finding is not None:
            return finding
        before = Head(one.entry, one.hash)
    last = max([standing.head.entry, *standing.anchors])
    if before.entry < last:
        return _removed(before.entry + 1)
    if before != standing.head:
        return _altered(before.entry, "khác với dấu của mục cuối", "it is not what was added last")
    return None


def _fault(one: Entry, before: Head, standing: Standing) -> Finding | None:
    is_next = one.entry == before.entry + 1
    if is_next and hash_of(one.previous, one.draft) != one.hash:
        return _altered(one.entry, "nội dung không khớp với dấu", "its content does not fit its hash")
    if is_next and one.previous == before.hash:
        return _off_anchor(one, standing.anchors)
    if one.previous != before.hash and (one.previous == GENESIS or standing.is_there(one.previous)):
        return _reordered(one.entry)
    if not is_next or standing.count < standing.head.entry:
        return _removed(before.entry + 1)
    # All are there, and what this one was written behind is not: that was replaced, its hash too.
    return _altered(before.entry, f"mục {one.entry} viết tiếp mục khác", f"entry {one.entry} follows another")


def _off_anchor(one: Entry, anchors: Mapping[int, bytes]) -> Finding | None:
    if anchors.get(one.entry, one.hash) == one.hash:
        return None
    return _altered(
        one.entry, "khác với dấu đã ghi ra ngoài", "is not what was written down outside the system"
    )


def _reordered(entry: int) -> Finding:
    vi = f"mục {entry} không đứng sau mục mà nó được viết tiếp: thứ tự đã bị đổi"
    return Finding(
        entry, Wrong.REORDERED, vi, f"entry {entry} does not stand behind the one it follows: reordered"
    )


def _altered(entry: int, vi: str, en: str) -> Finding:
    return Finding(entry, Wrong.ALTERED, f"mục {entry} đã bị sửa: {vi}", f"entry {entry} was altered: {en}")


def _removed(entry: int) -> Finding:
    return Finding(entry, Wrong.REMOVED, f"mục {entry} đã bị xoá", f"entry {entry} was removed")
