"""The devices' credentials come from one file."""

from pathlib import Path

import pytest

from services.simulator.credentials import CredentialsError, read_credentials


def test_device_to_password(tmp_path: Path) -> None:
    file = tmp_path / "c.json"
    file.write_text('{"air-001": "x"}')
    assert read_credentials(file) == {"air-001": "x"}


@pytest.mark.parametrize("content", ["", "[]", '{"air-001": 1}'])
def test_anything_else_is_refused_with_the_name_of_the_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "c.json"
    file.write_text(content)
    with pytest.raises(CredentialsError, match=r"c\.json"):
        read_credentials(file)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CredentialsError, match=r"cannot read .*nowhere\.json"):
        read_credentials(tmp_path / "nowhere.json")
