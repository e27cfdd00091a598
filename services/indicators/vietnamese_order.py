"""The order of Vietnamese texts: letters by the alphabet, tones where the letters are the same. Pure.

Letters: a ă â b c d đ e ê …, f j w z at their Latin places. Tones: level, huyền, hỏi, ngã, sắc, nặng, as the
dictionary of Hoàng Phê has them.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_LETTERS: Final = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONES: Final = {tone: place for place, tone in enumerate("\u0300\u0309\u0303\u0301\u0323", 1)}
_SHAPES: Final = frozenset("\u0302\u0306\u031b")  # of â, ă, ơ: part of the letter


def vietnamese_key(text: str) -> tuple[list[tuple[int, int]], list[int], str]:
    """By which texts are sorted. Case says nothing; what is no letter stands before letters."""
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for sign in unicodedata.normalize("NFC", text).casefold():
        base, *marks = list(unicodedata.normalize("NFD", sign))
        letter = unicodedata.normalize("NFC", base + "".join(mark for mark in marks if mark in _SHAPES))
        place = _LETTERS.get(letter)
        letters.append((0, ord(letter)) if place is None else (1, place))
        tones.append(next((_TONES[mark] for mark in marks if mark in _TONES), 0))
    return letters, tones, text
