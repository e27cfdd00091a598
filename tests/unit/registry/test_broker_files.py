"""Files for the broker and its log, on a real file system."""

import os
from pathlib import Path

import pytest

from services.registry import broker_files
from services.registry.broker_files import BrokerFiles, LogTail, remembered, to_remember
from services.registry.secret import new_secret, password_hash, seeds


def test_a_file_is_replaced_only_where_it_differs_and_is_private(tmp_path: Path) -> None:
    files = BrokerFiles(tmp_path)
    assert files.write("passwords", "a:b\n")
    assert not files.write("passwords", "a:b\n")
    assert files.write("passwords", "")
    assert (tmp_path / "passwords").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["passwords"]


def test_only_a_process_called_mosquitto_is_signalled(tmp_path: Path) -> None:
    files = BrokerFiles(tmp_path)
    for text in ("", "x", "999999999", str(os.getpid())):  # a signal here would end this test run
        (tmp_path / "mosquitto.pid").write_text(text)
        assert files.broker() is None
        assert not files.tell(changed=True)


def test_whole_lines_are_read_once(tmp_path: Path) -> None:
    log = tmp_path / "log"
    tail = LogTail(log, 0)
    assert tail.lines() == []
    log.write_bytes(b"one\ntwo\nthr")
    assert tail.lines() == ["one", "two"]
    assert tail.lines() == []
    log.write_bytes(b"one\ntwo\nthree \xff\n")
    assert LogTail(log, tail.offset).lines() == ["three �"]


def test_only_a_newline_ends_a_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("New client x\u2028forged\x0b: y\nnext\n", encoding="utf-8")
    assert LogTail(log, 0).lines() == ["New client x\u2028forged\x0b: y", "next"]


def test_a_large_log_is_read_in_parts_and_emptied_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broker_files, "LARGEST_READ", 8)
    monkeypatch.setattr(broker_files, "LARGEST_LOG", 10)
    log = tmp_path / "log"
    log.write_bytes(b"one\ntwo\nthree\n")
    tail = LogTail(log, 0)
    assert tail.lines() == ["one", "two"]
    assert tail.is_behind
    assert not tail.empty_if_large()
    assert tail.lines() == ["three"]
    assert tail.empty_if_large()
    with log.open("ab") as appended:
        appended.write(b"four\n")
    assert tail.lines() == ["four"]


def test_memory_that_cannot_be_read_is_no_memory() -> None:
    assert remembered(to_remember(7, {"c": "a"})) == (7, {"c": "a"})
    for text in ("", "[]", '{"offset": 1}', '{"offset": "x", "users": {}}'):
        assert remembered(text) == (0, {})


def test_seeds_are_lines_of_a_password_file() -> None:
    lines = [f"{name}:{password_hash('x')}" for name in ("gateway", "onboarding", "air-1")]
    found = [(name, kind) for name, kind, _ in seeds("\n".join([*lines, "", "a:plain", "a b:$7$1$a$b"]))]
    assert found == [("gateway", "gateway"), ("onboarding", "onboarding"), ("air-1", "device")]


def test_secrets_differ() -> None:
    assert len({new_secret() for _ in range(10)}) == 10
