"""The calls in the documentation and in the examples fit the protos, and the names in it exist."""

import re
from pathlib import Path

import pytest
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import Descriptor
from ioc.access.v1 import tokens_pb2
from ioc.alarms.v1 import alarms_pb2
from ioc.telemetry.v1 import series_pb2, telemetry_pb2

from services.runtime.rpc_settings import RpcSettings
from tests.fixtures import grpcurl

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EXAMPLES = ROOT / "docs/examples"
CALLS = grpcurl.documented(TEXT, {"HAIDANG_TOKEN": "hd_x", "HAIDANG_API_ADDRESS": "127.0.0.1:1"})
FILES = [module.DESCRIPTOR for module in (alarms_pb2, series_pb2, telemetry_pb2, tokens_pb2)]
SERVICES = {service.full_name: service for file in FILES for service in file.services_by_name.values()}
# What the examples in Java and C# call.
PACKAGE = telemetry_pb2.DESCRIPTOR.package
SERVICE = telemetry_pb2.DESCRIPTOR.services_by_name["TelemetryService"]
MESSAGES = (telemetry_pb2.GetLatestRequest.DESCRIPTOR, telemetry_pb2.GetLatestResponse.DESCRIPTOR)


def test_there_are_calls() -> None:
    assert len(CALLS) == len(re.findall(r"^grpcurl -", TEXT, re.M)) >= 6


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.method)
def test_a_documented_call_fits_its_method(call: grpcurl.Call) -> None:
    assert call.address == "127.0.0.1:1"
    assert call.metadata == (("authorization", "Bearer hd_x"),)
    found = SERVICES[call.service].methods_by_name[call.method]

    json_format.Parse(call.body, message_factory.GetMessageClass(found.input_type)())


def camel(name: str) -> str:
    return "".join(part[0].upper() + part[1:] for part in name.split("_"))


def fields(*messages: Descriptor) -> dict[str, bool]:
    """Fields of these messages and of all within them, in camel case, and whether they repeat."""
    found: dict[str, bool] = {}
    for message in messages:
        for field in message.fields:
            found[camel(field.name)] = field.is_repeated
            if field.message_type is not None:
                found |= fields(field.message_type)
    return found


def test_the_java_example_calls_what_the_protos_define() -> None:
    (file,) = EXAMPLES.glob("java/src/**/*.java")
    source = file.read_text(encoding="utf-8")
    outer = camel(Path(telemetry_pb2.DESCRIPTOR.name).stem)  # the class around the messages of a file
    classes = {f"{PACKAGE}.{SERVICE.name}Grpc"}
    classes |= {f"{PACKAGE}.{outer}.{name}" for name in telemetry_pb2.DESCRIPTOR.message_types_by_name}
    calls = {method.name[0].lower() + method.name[1:] for method in SERVICE.methods}
    for name, repeats in fields(*MESSAGES).items():
        calls |= {f"get{name}List", f"add{name}"} if repeats else {f"get{name}"}

    imported = set(re.findall(r"^import (ioc\.[\w.]+);", source, re.M))
    called = set(re.findall(r"\.((?:get|add|set)[A-Z]\w*)\(", source)) - {"getStatus"}  # gRPC's own
    assert (len(imported), imported - classes) == (3, set())
    assert (len(called), called - calls) == (9, set())


def test_the_csharp_example_calls_what_the_protos_define() -> None:
    source = (EXAMPLES / "dotnet/Program.cs").read_text(encoding="utf-8")
    known = fields(*MESSAGES)

    assert re.findall(r"^using (Ioc\..*);", source, re.M) == [".".join(map(camel, PACKAGE.split(".")))]
    assert f"new {SERVICE.name}.{SERVICE.name}Client(" in source
    (method,) = re.findall(r"telemetry\.(\w+)Async\(", source)
    assert SERVICE.methods_by_name[method].input_type is MESSAGES[0]
    (filled,) = re.findall(rf"new {MESSAGES[0].name} \{{ (\w+) = \{{", source)
    assert known[filled]
    read = set(re.findall(r"\b(?:answer|reading|reading\.Series)\.(\w+)", source))
    assert (len(read), read - known.keys()) == (5, set())


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
    listed = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    for file in EXAMPLES.iterdir():
        assert file.name == "README.md" or f"]({file.name}" in listed, file.name
