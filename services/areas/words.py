"""The words of decrees about the making of new units: which units they mention, as whole or as part. Pure.

Only what the words say for certain is taken from them. What this parser does not know becomes a mention whose
name no unit has, and so ends up in the list of what is unresolved.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Said = Literal["whole", "part", "uncertain"]

KINDS = ("đặc khu", "phường", "thị trấn", "xã", "quận", "huyện", "thị xã", "thành phố", "tỉnh", "thủ đô")
KEPT = "giữ nguyên"  # "left as it is"

_KIND = re.compile(rf"(các )?({'|'.join(KINDS)})(?: |$)")
_ALL_OF_IT = "diện tích tự nhiên(?:(?:,| và) quy mô dân số)?"
_SHARE = re.compile(
    rf"(toàn bộ|một phần|phần còn lại|phần {_ALL_OF_IT} còn lại)(?: {_ALL_OF_IT})?( của)?(?: |$)"
)
_BEGIN = re.compile(r"(?:sắp xếp|sáp nhập|nhập) ")
_OUTCOME = re.compile(r" thành (?:xã|phường|đặc khu|thị trấn|tỉnh) .*| sau khi sắp xếp .*")
_QUALIFIED = re.compile(r"(.+?) ?\(([^()]*)\)")
# The comma of "diện tích tự nhiên, quy mô dân số" parts nothing.
_PARTS = re.compile(r"(?:,(?! quy mô dân số)|;| và (?!quy mô dân số))(?![^(]*\))")
_SENTENCE = re.compile(r"\. (?=\w)")

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")  # à á ã ả ạ


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit as the words name it. `kind` "": they do not say; `within` "": they name no district.

    `kept`: not a name, but the word that the unit of the same code stays as it is.
    """

    words: str
    kind: str
    name: str
    within: str
    said: Said
    kept: bool = False
    understood: bool = True


def mentions(words: str) -> list[Mention]:
    """What the words mention, in their order."""
    first, *others = _SENTENCE.split(" ".join(unicodedata.normalize("NFC", words).split()))
    found = list(_in_sentence(first.rstrip(".")))
    return found + [Mention(other, "", "", "", "uncertain", understood=False) for other in others]


def folded(name: str) -> str:
    """A name as it is compared: case, spaces and where the tone mark stands make no difference."""
    return " ".join(map(_tone_last, unicodedata.normalize("NFC", name).casefold().split()))


def split_kind(name: str) -> tuple[str, str]:
    """Kind and bare name of a full name, both folded; the kind is "" where the name begins with none."""
    text = folded(name)
    for kind in _FOLDED_KINDS:
        if text.startswith(f"{kind} "):
            return kind, text.removeprefix(f"{kind} ")
    return "", text


def _in_sentence(sentence: str) -> Iterator[Mention]:
    text = _OUTCOME.sub("", sentence)
    if begin := _BEGIN.match(text.casefold()):
        text = text[begin.end() :]
    if text.casefold() == KEPT:
        yield Mention(text, "", "", "", "whole", kept=True)
        return
    said: Said = "whole"
    kind = ""
    for part in filter(None, map(str.strip, _PARTS.split(text))):
        mention, said, kind = _read(part, said, kind)
        yield mention


def _read(part: str, said: Said, carried: str) -> tuple[Mention, Said, str]:
    """One mention; what its words say of those after it: their share, and their kind after "các"."""
    rest, after, here = part, said, said
    if share := _SHARE.match(rest.casefold()):
        rest = rest[share.end() :]
        here = "whole" if share[1] == "toàn bộ" else "part"
        # "một phần xã A" says nothing of the next; "một phần … của xã A, xã B" may mean both.
        after = ("uncertain" if here == "part" else "whole") if share[2] else "whole"
    kind = carried
    if named := _KIND.match(rest.casefold()):
        rest, kind = rest[named.end() :], named[2]
        if named[1] and here == "part":
            after = "part"  # "một phần … của các xã A, B": of each
        elif not named[1] and not share and said == "part":
            here = after = "uncertain"  # the list after "các" has ended
        carried = kind if named[1] else ""
    name, within = rest, ""
    if qualified := _QUALIFIED.fullmatch(rest):
        name, within = qualified[1], qualified[2]
    return Mention(part, folded(kind), folded(name), folded(within), here), after, carried


def _tone_last(word: str) -> str:
    """The word with its tone mark after everything else: "hoà" and "hòa" become the same."""
    letters = unicodedata.normalize("NFD", word)
    tones = "".join(filter(_TONES.__contains__, letters))
    return "".join(letter for letter in letters if letter not in _TONES) + tones


_FOLDED_KINDS = tuple(map(folded, KINDS))
