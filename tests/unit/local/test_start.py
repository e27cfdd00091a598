"""The start: who gets a credential, and what was simulated is not mixed with anything else."""

from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from services.local import start
from services.local.server import StartFailed
from services.local.show import Screen
from services.local.stack import Stack
from services.local.start import Starter


def starter(
    folder: Path, province: str = "", simulated: bool = True
) -> tuple[Starter, list[tuple[str, ...]]]:
    """With a stack that only notes whom it gives credentials."""
    given: list[tuple[str, ...]] = []
    stack = SimpleNamespace(
        layout=SimpleNamespace(state=folder),
        store="postgresql",
        store_folder_name="postgresql-15",
        wiring=SimpleNamespace(province=province, simulated=simulated, dsns={"registry": ""}),
        set_devices=given.append,
    )
    return Starter(cast(Stack, stack), Screen(), lambda: None), given


def test_the_gateway_has_a_credential_also_before_there_is_any_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known: list[Any] = []
    monkeypatch.setattr(start, "connect", lambda *_: nullcontext())
    monkeypatch.setattr(start, "devices", lambda _: known)
    begun, given = starter(tmp_path, "56", simulated=False)

    begun.give_credentials()
    begun.give_credentials()
    known.append(SimpleNamespace(device="air-001"))
    begun.give_credentials()

    assert given == [(), ("air-001",)]


@pytest.mark.parametrize(
    ("before", "province", "simulated", "may"),
    [
        (None, "56", False, True),
        ("", "", True, True),
        ("", "56", True, False),
        ("", "56", False, False),
        ("56", "56", True, True),
        ("56", "56", False, False),
        ("56", "80", True, False),
        ("56", "", True, False),
        ("56", "80", False, False),
    ],
)
def test_simulated_data_are_never_mixed_nor_shown_as_real(
    tmp_path: Path, before: str | None, province: str, simulated: bool, may: bool
) -> None:
    if before is not None:
        stamp = f"province {before}\nabc" if before else "abc"  # an older version wrote no province
        (tmp_path / "postgresql-15.provisioned").write_text(stamp, encoding="utf-8")
    begun, _ = starter(tmp_path, province, simulated)

    with nullcontext() if may else pytest.raises(StartFailed, match="simulated data"):
        begun.keep_apart()
