"""Measures and formulas in words: whole sentences of the names that datasets give, in either language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import pytest

from services.indicators.area_units import with_map
from services.indicators.catalogue import SHIPPED, Catalogue, load_catalogue
from services.indicators.declared import Measure
from services.indicators.language.nodes import Comparison, Name, Text, walk
from services.indicators.language.parsing import parse
from services.indicators.language.tongues import PHRASES
from services.indicators.language.unit_words import SYMBOLS, WORDS, unit_said
from services.indicators.language.words import condition_said, formula_said, said
from services.indicators.measure_words import indicator_said, predicate_said, told_of
from services.indicators.schemas import schema_of
from services.records.catalogue import DECLARED, load_datasets
from services.records.datasets import Dataset

WORD = re.compile(r"[^\W\d_]\w*")
DOSSIERS = "onestop.dossiers"


@lru_cache(maxsize=1)
def datasets() -> dict[str, Dataset]:
    return with_map({key: declared.dataset for key, declared in load_datasets(DECLARED).items()})


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    return load_catalogue(datasets(), SHIPPED)


def vietnamese(dataset: Dataset) -> set[str]:
    """All words that may stand in a Vietnamese sentence about a dataset."""

    def texts() -> Iterator[str]:
        yield from (vi for vi, _ in PHRASES.values())
        yield dataset.title_vi
        for field in dataset.fields:
            yield field.title_vi
            yield from (choice.vi for choice in field.choices)

    return {word.lower() for text in texts() for word in WORD.findall(text)}


def codes(measure: Measure, dataset: Dataset) -> list[str]:
    """What a measure asks of fields of codes, which are the same in every language."""
    where = measure.expressions.get("where")
    return [
        node.right.value
        for node in (walk(where) if where is not None else ())
        if isinstance(node, Comparison) and isinstance(node.left, Name) and isinstance(node.right, Text)
        if node.left.name in dataset.by_name and dataset.by_name[node.left.name].type == "code"
    ]


def test_every_measure_of_the_catalogue_is_told_in_both_languages() -> None:
    for measure in shipped().measures.values():
        dataset = datasets()[measure.dataset]
        vi, en = (predicate_said(measure, dataset, tongue) for tongue in ("vi", "en"))
        assert len({vi, en, ""}) == 3, measure.name
        for code in codes(measure, dataset):
            vi = vi.replace(f" là {code}", "")
        strange = {word.lower() for word in WORD.findall(vi)} - vietnamese(dataset)
        assert not strange, f"{measure.name}: {strange} in {vi}"
        assert "_" not in vi + en, f"{measure.name}: {vi} | {en}"


def test_every_formula_of_the_catalogue_is_told_in_both_languages() -> None:
    told = told_of(shipped().measures.values(), datasets())
    for indicator in shipped().indicators.values():
        vi, en = indicator_said(indicator, told)
        assert len({vi, en, ""}) == 3, indicator.id
        assert "_" not in vi + en, f"{indicator.id}: {vi} | {en}"
        for name, one in told.items():
            if re.search(rf"\b{name}\b", str(indicator.formula)):
                assert f"[{one.vi}]" in vi, indicator.id
                assert f"[{one.en}]" in en, indicator.id


def test_a_ratio_reads_as_one() -> None:
    told = told_of(shipped().measures.values(), datasets())
    assert indicator_said(shipped().indicators["PS-06"], told).vi == (
        "100 × [số hồ sơ một cửa điện tử; hình thức nộp là trực tuyến; tính theo ngày tiếp nhận (lần đầu)]"
        " ÷ [số hồ sơ một cửa điện tử; tính theo ngày tiếp nhận (lần đầu)]"
    )


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("channel != 'online'", "hình thức nộp không phải trực tuyến", "channel is not online"),
        (
            "channel not in ('online', 'postal')",
            "hình thức nộp không phải trực tuyến hoặc bưu chính công ích",
            "channel is none of online or by public post",
        ),
        ("fee <= 20000.5", "“phí, lệ phí” không quá 20000,5", "fee is at most 20000.5"),
        ("due_at < '2025-07-01'", "hạn trả kết quả trước 01/07/2025", "due at is before 2025-07-01"),
        (
            "count('extended') >= 2",
            "số lần “gia hạn, xin lỗi” từ 2 trở lên",
            "number of times of deadline extended is at least 2",
        ),
        ("count('refused') > 0", "đã có từ chối tiếp nhận", "refused at reception happened"),
        ("first('resolved') is None", "chưa có đã giải quyết", "resolved did not happen"),
        ("fee is None", "không ghi “phí, lệ phí”", "fee is not given"),
        ("digitised", "đã số hóa thành phần hồ sơ: có", "digitised at reception: yes"),
        (
            "not coalesce(digitised, False)",
            "đã số hóa thành phần hồ sơ: không, hoặc không ghi",
            "digitised at reception: no, or not said",
        ),
        (
            "digitised and (channel == 'online' or late)",
            "đã số hóa thành phần hồ sơ: có; (hình thức nộp là trực tuyến hoặc nộp trễ hạn)",
            "digitised at reception: yes; (channel is online or handed in late)",
        ),
        (
            "not (digitised and late)",
            "không phải là (đã số hóa thành phần hồ sơ: có; nộp trễ hạn)",
            "not (digitised at reception: yes; handed in late)",
        ),
        (
            "(fee + 1) * 2 > worked_hours()",
            "(“phí, lệ phí” + 1) × 2 trên số giờ làm việc đã dùng",
            "(fee + 1) × 2 is above working hours that it took",
        ),
        (
            "max(due_at, first('received')) < last('resolved')",
            "lúc muộn nhất trong hạn trả kết quả và tiếp nhận (lần đầu) trước đã giải quyết (lần cuối)",
            "the latest of due at and first received is before last resolved",
        ),
    ],
)
def test_conditions(text: str, vi: str, en: str) -> None:
    schema = schema_of(datasets()[DOSSIERS])
    assert condition_said(parse(text), schema, "vi") == vi
    assert condition_said(parse(text), schema, "en") == en


def test_a_row_is_told_by_the_moment_that_its_dataset_names() -> None:
    schema = schema_of(datasets()["environment.lab_samples"])
    assert said(parse("at"), schema, "vi") == "thời điểm lấy mẫu"


def test_functions_of_formulas() -> None:
    called = {"m": "x"}
    assert formula_said(parse("1 - 2 / (3 - sqrt(year_ago(m)))"), called, "vi") == (
        "1 − 2 ÷ (3 − căn bậc hai của [x] cùng kỳ năm trước)"
    )
    assert formula_said(parse("max(p90(m), 0.5) ** 2"), called, "en") == (
        "the greatest of 90th percentile of [x] and 0.5 ^ 2"
    )


def test_units_of_the_catalogue_have_words() -> None:
    units = {one.unit for one in (*shipped().measures.values(), *shipped().indicators.values())}
    written = {word for unit in units for word in re.findall(r"[A-Za-z_]\w*", unit)}
    assert written <= WORDS.keys() | SYMBOLS
    told = [unit_said(unit) for unit in ("dossier", "h", "km/h", "%", "bed/person/10000", "customer*min")]
    assert told == ["hồ sơ", "giờ", "km/h", "%", "giường bệnh/người/10000", "khách hàng·min"]
