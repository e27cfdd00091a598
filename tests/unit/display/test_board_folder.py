"""Boards follow their files, and a file that is no board changes nothing."""

from pathlib import Path

import pytest

from services.display.board_file import InvalidBoard
from services.display.board_folder import BoardFolder
from tests.unit.display.test_board_file import board, panel


def test_a_changed_file_is_read_and_a_wrong_one_leaves_the_board_before(tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    file.write_text(board(panel()), encoding="utf-8")
    folder = BoardFolder(tmp_path)
    assert [one.board for one in folder.first()] == ["b"]
    assert folder.changed() is None
    file.write_text("{", encoding="utf-8")
    assert [one.panels[0].id for one in folder.changed() or ()] == ["p"]
    assert folder.changed() is None
    file.write_text(board(panel(id="another")), encoding="utf-8")
    assert [one.panels[0].id for one in folder.changed() or ()] == ["another"]
    file.unlink()
    assert folder.changed() == []


def test_a_hub_does_not_begin_with_a_wrong_board(tmp_path: Path) -> None:
    (tmp_path / "b.json").write_text("{}", encoding="utf-8")
    with pytest.raises(InvalidBoard):
        BoardFolder(tmp_path).first()
