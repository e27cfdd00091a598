"""What is read from the words of decrees, and what is not."""

import pytest

from services.areas.words import Mention, folded, mentions, split_kind


def seen(words: str) -> list[tuple[str, str, str, str]]:
    return [(one.kind, one.name, one.within, one.said) for one in mentions(words)]


def names(*parts: str) -> list[str]:
    return [folded(part) for part in parts]


def test_a_list_of_names_is_a_list_of_wholes() -> None:
    found = seen("Phường Vạn Thạnh, Thị trấn\u00a0Tô Hạp và xã Sơn Bình")

    assert [kind for kind, *_ in found] == names("phường", "thị trấn", "xã")
    assert [name for _, name, *_ in found] == names("vạn thạnh", "tô hạp", "sơn bình")
    assert {said for *_, said in found} == {"whole"}


def test_a_district_in_brackets_says_which() -> None:
    (found,) = seen("Xã Tân Bình (thành phố Tây Ninh)")

    assert found == (folded("xã"), folded("tân bình"), folded("thành phố tây ninh"), "whole")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("một phần diện tích tự nhiên, quy mô dân số của xã A", ["part"]),
        ("Sắp xếp toàn bộ diện tích tự nhiên, quy mô dân số của các xã A, B và C", ["whole"] * 3),
        ("một phần diện tích tự nhiên và quy mô dân số của các xã A, B", ["part", "part"]),
        ("phần còn lại của xã A", ["part"]),
        ("phần diện tích tự nhiên, quy mô dân số còn lại của xã A sau khi sắp xếp theo khoản 2", ["part"]),
        ("Xã A, một phần xã B, xã C", ["whole", "part", "whole"]),
        ("một phần diện tích tự nhiên, quy mô dân số của xã A, xã B", ["part", "uncertain"]),
        (
            "một phần diện tích tự nhiên, quy mô dân số của các xã A, B, phường C",
            ["part", "part", "uncertain"],
        ),
        ("xã A và một phần diện tích tự nhiên của xã B thành phường A", ["whole", "part"]),
    ],
)
def test_how_much_of_each(words: str, said: list[str]) -> None:
    found = seen(words)

    assert [how for *_, how in found] == said
    assert [name for _, name, *_ in found] == ["a", "b", "c"][: len(said)]


def test_kinds_go_on_only_after_cac() -> None:
    assert [kind for kind, *_ in seen("các xã A, B, thị trấn C, D")] == [*names("xã", "xã", "thị trấn"), ""]
    assert [kind for kind, *_ in seen("Xã A, B")] == [folded("xã"), ""]


def test_left_as_it_is_and_sentences_that_say_something_else() -> None:
    assert mentions("giữ nguyên")[0].kept
    first, second, other = mentions("tỉnh A và tỉnh B. Từ ngày 30/04/2026, tỉnh A thành thành phố.")
    assert (first.name, second.name) == ("a", "b")
    assert not other.understood
    assert other == Mention(other.words, "", "", "", "uncertain", understood=False)


def test_the_place_of_the_tone_mark_makes_no_difference_but_the_tone_does() -> None:
    assert folded("Xã  Hoà Hội") == folded("xã Hòa hội")
    assert folded("Phường Thuỷ Xuân") == folded("phường Thủy Xuân")
    assert folded("Xã Hòa Hội") != folded("Xã Hóa Hội")
    assert split_kind("Thị trấn Thủ Thừa") == (folded("thị trấn"), folded("thủ thừa"))
    assert split_kind("Thủ Thừa") == ("", folded("thủ thừa"))
