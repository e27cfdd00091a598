"""The grpcurl calls in the documentation fit the protos, and the names in it exist."""

import re
from pathlib import Path

import pytest
from google.protobuf import descriptor_pool, json_format, message_factory

from services.runtime.rpc_settings import RpcSettings

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")
CALLS = re.findall(r"-d '([^']*)' \\\n\s+\"\$HAIDANG_API_ADDRESS\" (\S+)/(\w+)", TEXT)


def test_there_are_calls() -> None:
    assert len(CALLS) == TEXT.count("grpcurl -plaintext")


@pytest.mark.parametrize(("body", "service", "method"), CALLS)
def test_a_documented_call_fits_its_method(body: str, service: str, method: str) -> None:
    found = descriptor_pool.Default().FindServiceByName(service).methods_by_name[method]

    json_format.Parse(body, message_factory.GetMessageClass(found.input_type)())


def test_documented_settings_exist_with_their_defaults() -> None:
    for name in re.findall(r"`HAIDANG_API_([A-Z_]+)`", TEXT):
        if name not in ("ADDRESS", "AUTHORITY"):
            assert name.lower() in RpcSettings.model_fields, name
    settings = RpcSettings()
    rows = re.findall(r"\| ([0-9,]+)(?: s| MiB)? \| `HAIDANG_API_([A-Z_]+)`", TEXT)
    assert len(rows) == 6
    for shown, name in rows:
        value = getattr(settings, name.lower())
        scale = 2**20 if name.endswith("BYTES") else 1
        assert int(shown.replace(",", "")) * scale == value, name


def test_examples_that_are_linked_are_there() -> None:
    for target in re.findall(r"\]\(((?:examples|reference)/[^)]*)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
