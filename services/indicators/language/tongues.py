"""What the language's own words are called in Vietnamese and English. Pure.

Texts with places: {} are put in order. Of comparisons, those of numbers and those of times differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Tongue = Literal["vi", "en"]
TONGUES: Final[tuple[Tongue, ...]] = ("vi", "en")

PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "and": (" và ", " and "),
    "or": (" hoặc ", " or "),
    "is": ("{} là {}", "{} is {}"),
    "is_not": ("{} không phải {}", "{} is not {}"),
    "none_of": ("{} không phải {}", "{} is none of {}"),
    "yes": ("{}: có", "{}: yes"),
    "no": ("{}: không", "{}: no"),
    "no_or_unsaid": ("{}: không, hoặc không ghi", "{}: no, or not said"),
    "true": ("có", "yes"),
    "false": ("không", "no"),
    "not": ("không phải là ({})", "not ({})"),
    "said": ("có ghi {}", "{} is given"),
    "unsaid": ("không ghi {}", "{} is not given"),
    "happened": ("đã có {}", "{} happened"),
    "not_happened": ("chưa có {}", "{} did not happen"),
    "==": ("{} bằng {}", "{} is {}"),
    "!=": ("{} khác {}", "{} is not {}"),
    "<": ("{} dưới {}", "{} is below {}"),
    "<=": ("{} không quá {}", "{} is at most {}"),
    ">": ("{} trên {}", "{} is above {}"),
    ">=": ("{} từ {} trở lên", "{} is at least {}"),
    "time==": ("{} đúng vào {}", "{} is at {}"),
    "time!=": ("{} khác {}", "{} is not at {}"),
    "time<": ("{} trước {}", "{} is before {}"),
    "time<=": ("{} không muộn hơn {}", "{} is no later than {}"),
    "time>": ("{} sau {}", "{} is after {}"),
    "time>=": ("{} không sớm hơn {}", "{} is no earlier than {}"),
    "first": ("{} (lần đầu)", "first {}"),
    "last": ("{} (lần cuối)", "last {}"),
    "count": ("số lần {}", "number of times of {}"),
    "minutes": ("số phút từ {} đến {}", "minutes from {} to {}"),
    "hours": ("số giờ từ {} đến {}", "hours from {} to {}"),
    "days": ("số ngày từ {} đến {}", "days from {} to {}"),
    "worked_hours": ("số giờ làm việc đã dùng", "working hours that it took"),
    "due": ("hạn tính theo giờ làm việc", "deadline in working time"),
    "due_soon": (
        "lúc còn tám giờ làm việc là đến hạn",
        "moment from which eight working hours are left to the deadline",
    ),
    "min": ("số nhỏ nhất trong {}", "the least of {}"),
    "max": ("số lớn nhất trong {}", "the greatest of {}"),
    "timemin": ("lúc sớm nhất trong {}", "the earliest of {}"),
    "timemax": ("lúc muộn nhất trong {}", "the latest of {}"),
    "coalesce": ("{}, nếu không có thì {}", "{}, or where there is none {}"),
    "late": ("nộp trễ hạn", "handed in late"),
    "at": ("thời điểm ghi", "moment of the record"),
    "negative": ("âm {}", "minus {}"),
    # Of formulas.
    "p50": ("trung vị của {}", "median of {}"),
    "p90": ("phân vị 90 của {}", "90th percentile of {}"),
    "mean": ("trung bình của {}", "mean of {}"),
    "year_ago": ("{} cùng kỳ năm trước", "{} in the same period a year earlier"),
    "annualised": ("{} quy ra cả năm", "{} scaled to a whole year"),
    "sqrt": ("căn bậc hai của {}", "square root of {}"),
    "log10": ("logarit thập phân của {}", "decimal logarithm of {}"),
    "max_of": ("số lớn nhất trong {}", "the greatest of {}"),
    "min_of": ("số nhỏ nhất trong {}", "the least of {}"),
    "both_of": ("cùng một số, biết theo {}", "one number, known by {}"),
    # Of measures: what is counted, as it enters a formula.
    "of_count": ("số {}", "number of {}"),
    "of_sum": ("tổng cộng {} của {}", "sum of {} of {}"),
    "of_distinct": ("số {} khác nhau của {}", "number of different {} of {}"),
    "of_pool": ("{} của từng {}", "{} of each of {}"),
    "of_max": ("{} lớn nhất của {}", "largest {} of {}"),
    "of_min": ("{} nhỏ nhất của {}", "smallest {} of {}"),
    "of_last": ("{} mới nhất của {}", "newest {} of {}"),
    "of_max_of_sum": (
        "tổng lớn nhất trong cùng một {2} của {0} thuộc {1}",
        "largest sum at one {2} of {0} of {1}",
    ),
    "by_day": ("tính theo ngày {}", "by the day of {}"),
    "by_field": ("tính theo {}", "by {}"),
    "at_end": ("có đến cuối kỳ", "that are there at the period's end"),
    "from": ("kể từ {}", "from {}"),
    "until": ("đến {}", "until {}"),
    "until_next": ("đến số liệu kế tiếp cùng loại", "until the next of the same kind"),
    "until_period": (
        "đến số liệu kế tiếp cùng loại hoặc hết kỳ số liệu",
        "until the next of the same kind or the end of its own period",
    ),
    "until_year": (
        "đến số liệu kế tiếp cùng loại hoặc hết năm",
        "until the next of the same kind or the end of its year",
    ),
    "until_unit": (
        "đến số liệu kế tiếp cùng loại hoặc khi đơn vị không còn",
        "until the next of the same kind or the end of its unit",
    ),
    "area": ("địa bàn: {}", "area: {}"),
    "organisation": ("cơ quan: {}", "organisation: {}"),
    "no_area": ("không chia theo địa bàn", "not by area"),
    "no_organisation": ("không chia theo cơ quan", "not by organisation"),
    "same_kind": ("cùng loại là cùng {}", "of the same kind are those with the same {}"),
}


def say(tongue: Tongue, key: str, *told: str) -> str:
    """The phrase, with what belongs into its places."""
    return PHRASES[key][0 if tongue == "vi" else 1].format(*told)


def quoted(words: str) -> str:
    """In the quotes of both languages."""
    return words if words.startswith("“") else f"“{words}”"


def decimal(tongue: Tongue, digits: str) -> str:
    """A number as it is written there."""
    return digits.replace(".", ",") if tongue == "vi" else digits


def listed(tongue: Tongue, items: list[str], joined: Literal["and", "or"]) -> str:
    """Items in a row, the last one joined by a word."""
    if len(items) == 1:
        return items[0]
    return ", ".join(items[:-1]) + say(tongue, joined) + items[-1]


def inside(words: str) -> str:
    """A title amid a sentence: no capital at its beginning, unless more of them follow."""
    return words[:1].lower() + words[1:] if words[1:2].islower() or words[1:2] == " " else words
