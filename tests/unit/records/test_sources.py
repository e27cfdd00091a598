"""sources.toml with its mappings: looked over against the datasets before anything is asked."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from services.records.own_work import own_sources
from services.records.pulling import BadSources, parse_sources
from services.records.rpc_known import Known
from services.records.settings import RecordsSettings
from services.records.sources import load_sources

SOURCES = """
[[source]]
name = "office"
url = "https://office.example/{cursor}"
mapping = "office.toml"
next_cursor = "next"
"""
TYPED = "civilstatus.digitisation"  # figures that people type in


@cache
def known() -> Known:
    return Known(RecordsSettings())


def written(folder: Path, dataset: str, sources: str = SOURCES) -> Path:
    """sources.toml and a mapping of every field of a dataset."""
    fields = known().dataset(dataset).fields
    columns = "".join(f'{field.name} = "{field.name}"\n' for field in fields)
    mapping = f'dataset = "{dataset}"\nformat = "json"\n[columns]\n{columns}'
    (folder / "office.toml").write_text(mapping, encoding="utf-8")
    (folder / "sources.toml").write_text(sources, encoding="utf-8")
    return folder


def test_without_a_file_nothing_is_pulled(tmp_path: Path) -> None:
    assert load_sources(None, known()) == load_sources(tmp_path, known()) == ()


def test_a_source_comes_with_its_mapping(tmp_path: Path) -> None:
    (one,) = load_sources(written(tmp_path, "lgsp.calls"), known())
    assert (one.source.name, one.mapping.dataset) == ("office", "lgsp.calls")


def test_the_centres_own_work_has_names_that_nobody_can_declare() -> None:
    names = [one.source.name for one in own_sources(known())]
    assert names == ["centre.alarms", "centre.handovers"]
    for name in names:
        with pytest.raises(BadSources, match="letters, digits and dashes"):
            parse_sources(SOURCES.replace('"office"', f'"{name}"'))


def test_what_people_type_in_has_an_author_and_a_document(tmp_path: Path) -> None:
    with pytest.raises(BadSources, match=r"office: .* an author and a document"):
        load_sources(written(tmp_path, TYPED), known())
    said = SOURCES + 'author = "Nguyễn Văn An"\ndocument = "01/BC"\n'
    assert load_sources(written(tmp_path, TYPED, said), known())


@pytest.mark.parametrize(
    ("was", "becomes", "named"),
    [
        ('provider = "', 'providers = "', "no field 'providers'"),
        ('called_at = "called_at"\n', "", "requires 'called_at'"),
        ("lgsp.calls", "lgsp.other", "lgsp.other"),
        ('"json"', '"csv"', "is JSON"),
        ("[columns]", "[column]", "office.mapping"),
    ],
)
def test_a_mapping_that_cannot_work_is_named(was: str, becomes: str, named: str, tmp_path: Path) -> None:
    file = written(tmp_path, "lgsp.calls") / "office.toml"
    text = file.read_text(encoding="utf-8")
    assert was in text
    file.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(BadSources, match=named):
        load_sources(tmp_path, known())


def test_a_mapping_that_is_not_there_is_named(tmp_path: Path) -> None:
    (written(tmp_path, "lgsp.calls") / "office.toml").unlink()
    with pytest.raises(BadSources, match=r"office\.mapping"):
        load_sources(tmp_path, known())
