"""A report calls what it tells of by its names, of the time that it tells of."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from services.indicators.report_words import Names, by_code
from services.records.catalogue import DECLARED, load_datasets

OLD, NEW = date(2020, 1, 1), date(2025, 7, 1)


@lru_cache(maxsize=1)
def names() -> Names:
    datasets = {key: declared.dataset for key, declared in load_datasets(DECLARED).items()}
    units = [("22333", "Xã Cũ", OLD, NEW), ("22333", "Phường Mới", NEW, None)]
    return Names(datasets, by_code("area", units) | by_code("organisation", [("H32", "Sở Y tế", NEW, None)]))


def test_subjects_have_the_name_of_the_period() -> None:
    assert names().subject("area", "22333", date(2025, 6, 30)) == "Xã Cũ"
    assert names().subject("area", "22333", NEW) == "Phường Mới"
    assert names().subject("organisation", "H32", OLD) == "Sở Y tế"  # had no name yet
    assert (names().subject("province", "", NEW), names().subject("area", "9", NEW)) == ("", "")


def test_breakdowns_and_sources_have_the_names_of_their_datasets() -> None:
    dossiers = ["people.it_staff", "onestop.dossiers"]
    assert names().breakdown("channel=online", dossiers) == "Hình thức nộp: Trực tuyến"
    assert names().breakdown("channel=fax", dossiers) == "Hình thức nộp: fax"
    assert names().breakdown("channel=", dossiers) == "Hình thức nộp: không ghi"
    assert names().breakdown("document=12-NQ/TU", ["plans.progress"]) == "Số văn bản của chỉ tiêu: 12-NQ/TU"
    assert names().breakdown("planet=x", dossiers) == "planet=x"
    assert names().sources(["plans.progress", "gone.away"]) == (
        "Kết quả thực hiện chỉ tiêu (plans.progress); gone.away"
    )
