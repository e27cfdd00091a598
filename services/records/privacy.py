"""Personal data at the door: what identifies a person becomes a pseudonym. Pure.

A pseudonym is BLAKE2b (RFC 7693) under the province's key: equal numbers have equal pseudonyms within one
field of one dataset, so that people can be counted; across datasets they differ, so that lives cannot be
joined. Citizens' numbers are few enough to be tried out: were the key known, a hash would hide nothing.
What a dataset declares as `drop` is never read at all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from services.records.words import clean

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
SHORTEST_KEY = 32  # bytes
_BYTES = 16  # 128 bits: two of 10^8 people meet with a chance of 1.5e-23


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Makes pseudonyms under one key; the key is in no repr."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        """Raises ValueError for a key that is too short to be one."""
        if not SHORTEST_KEY <= len(self.key) <= hashlib.blake2b.MAX_KEY_SIZE:
            raise ValueError(
                f"the key of pseudonyms: from {SHORTEST_KEY} to {hashlib.blake2b.MAX_KEY_SIZE} bytes"
            )

    def of(self, dataset: str, field_name: str) -> Callable[[str], str]:
        """The function that makes them for one field of one dataset: text → 32 hexadecimal digits.

        Spaces, dots, dashes and case of the text make no difference.
        """
        begun = hashlib.blake2b(f"{dataset}\0{field_name}\0".encode(), digest_size=_BYTES, key=self.key)

        def pseudonym(text: str) -> str:
            state = begun.copy()
            state.update(_NEITHER_LETTER_NOR_DIGIT.sub("", clean(text).casefold()).encode())
            return state.hexdigest()

        return pseudonym
