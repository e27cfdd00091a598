"""Files of the page, and who may open the WebSocket."""

import gzip
from pathlib import Path

import pytest

from services.display import page


@pytest.fixture
def assets(tmp_path: Path) -> dict[str, page.Asset]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><p>Hải Đăng</p>", encoding="utf-8")
    (tmp_path / "assets" / "a-1.js").write_text("let a;", encoding="utf-8")
    (tmp_path / "assets" / "f-1.woff2").write_bytes(b"wOF2")
    return page.load(tmp_path)


def test_the_folder_is_the_whole_list_of_addresses(assets: dict[str, page.Asset]) -> None:
    assert sorted(assets) == ["/", "/assets/a-1.js", "/assets/f-1.woff2", "/index.html"]
    assert page.answer(assets.get("/../secret"), "", "").status == 404


@pytest.mark.parametrize(
    ("path", "content_type", "cache"),
    [
        ("/", "text/html; charset=utf-8", "no-cache"),
        ("/assets/a-1.js", "text/javascript; charset=utf-8", "public, max-age=31536000, immutable"),
        ("/assets/f-1.woff2", "font/woff2", "public, max-age=31536000, immutable"),
    ],
)
def test_types_and_caching(assets: dict[str, page.Asset], path: str, content_type: str, cache: str) -> None:
    answer = page.answer(assets[path], "", "")
    assert answer.status == 200
    assert answer.headers["Content-Type"] == content_type
    assert answer.headers["Cache-Control"] == cache
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_text_is_compressed_for_those_who_take_it_and_fonts_are_not(assets: dict[str, page.Asset]) -> None:
    zipped = page.answer(assets["/"], "gzip, br", "")
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.body) == assets["/"].body
    assert "Content-Encoding" not in page.answer(assets["/"], "", "").headers
    assert "Content-Encoding" not in page.answer(assets["/assets/f-1.woff2"], "gzip", "").headers


def test_what_the_browser_has_is_not_sent_again(assets: dict[str, page.Asset]) -> None:
    answer = page.answer(assets["/"], "", assets["/"].etag)
    assert (answer.status, answer.body) == (304, b"")


def test_a_folder_may_stand_under_an_address_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<a href=x.whl>", encoding="utf-8")
    (tmp_path / "x.whl").write_bytes(b"PK")

    found = page.load(tmp_path, "/client/")

    assert sorted(found) == ["/client/", "/client/index.html", "/client/x.whl"]
    wheel = page.answer(found["/client/x.whl"], "gzip", "")
    assert wheel.headers["Content-Type"] == "application/octet-stream"


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert page.load(tmp_path / "none") == {}


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        (None, "wall:8480", True),
        ("http://wall:8480", "wall:8480", True),
        ("https://wall:8480", "wall:8480", True),
        ("http://evil.example", "wall:8480", False),
        ("http://wall:8480.evil.example", "wall:8480", False),
        ("null", "wall:8480", False),
        ("http://wall:8480", None, False),
        ("https://wall.example", "hub:8480", True),
    ],
)
def test_only_pages_of_the_hub_itself_or_of_the_setting_may_connect(
    origin: str | None, host: str | None, allowed: bool
) -> None:
    assert page.same_origin(origin, host, ["https://wall.example"]) is allowed
