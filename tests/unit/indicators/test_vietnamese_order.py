"""The order of Vietnamese names."""

import random

from services.indicators.vietnamese_order import vietnamese_key


def test_letters_come_before_tones_and_d_before_dd() -> None:
    ordered = [
        "Sở Công Thương",
        "Sở Giáo dục",
        "Sở Nội vụ",
        "Sở Y tế",
        "UBND xã An Bình",
        "UBND xã Ăn Thới",
        "UBND xã Ấp Bắc",
        "UBND xã Duy Hải",
        "UBND xã Đa Lộc",
        "UBND xã Ô Lâm",
        "UBND xã Ơn",
    ]
    mixed = random.Random(7).sample(ordered, len(ordered))
    assert sorted(mixed, key=vietnamese_key) == ordered


def test_tones_decide_where_letters_are_the_same() -> None:
    ordered = ["ma", "mà", "mả", "mã", "má", "mạ", "ma sơ"]
    mixed = [ordered[place] for place in (5, 0, 6, 3, 1, 4, 2)]
    assert sorted(mixed, key=vietnamese_key) == ordered
    assert vietnamese_key("MẠ")[:2] == vietnamese_key("ma\u0323")[:2]
