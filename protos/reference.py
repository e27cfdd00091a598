"""Writes docs/reference from the protos and the table of reasons; `--check` compares instead.

Run as `python -m protos.reference` in the checkout.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
    MethodDescriptorProto,
    ServiceDescriptorProto,
)
from ioc.access.v1 import access_pb2

from protos.generate import PROTOS, run_protoc
from services.api_reasons import REASONS

REFERENCE = PROTOS.parent / "docs/reference"
SERVICE, MESSAGE, ENUM, METHOD, FIELD, VALUE = 6, 4, 5, 2, 2, 2  # field numbers in descriptor.proto
NESTED_MESSAGE, PACKAGE = 3, 2
REACH: dict[int, str] = {
    access_pb2.REACH_UNSPECIFIED: "tokens for everywhere only",
    access_pb2.REACH_MARKED: "within the token's areas",
    access_pb2.REACH_PUBLIC: "any area",
}
MADE = "<!-- Made by `make protos`; edit the protos instead. -->\n"
Comments = Mapping[tuple[int, ...], str]
Path_ = tuple[int, ...]


def pages() -> dict[str, str]:
    """File name → text of every page."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set"
        run_protoc("--include_source_info", f"--descriptor_set_out={file}")
        described = FileDescriptorSet.FromString(file.read_bytes()).file
    found = {one.name.replace("/", ".").replace(".proto", ".md"): one for one in described}
    texts = {name: _page(one) for name, one in sorted(found.items())}
    services = [(name, service.name) for name, one in sorted(found.items()) for service in one.service]
    links = "".join(f"| [{service}]({name}) | `{found[name].package}` |\n" for name, service in services)
    texts["README.md"] = (
        f"{MADE}# Reference of the API\n\nWhat holds for all methods: [../api.md](../api.md). "
        f"Why a call fails: [errors.md](errors.md).\n\n| service | package |\n|---|---|\n{links}"
    )
    texts["errors.md"] = _errors()
    return texts


def _errors() -> str:
    head = (
        f"{MADE}# Why a call fails\n\n"
        "`reason` of the `google.rpc.ErrorInfo` in every error; its metadata say `field`, "
        "and `again`: **no**, the same call cannot succeed; **yes**, it may, after the time in `RetryInfo`; "
        "**resume**, a watch goes on from its last token; **anew**, a watch begins again without a token.\n\n"
        "| reason | means | do | again | after |\n|---|---|---|---|---|\n"
    )
    rows = []
    for code, reason in sorted(REASONS.items()):
        after = "–" if reason.advice.after_s is None else f"{reason.advice.after_s:g} s"
        rows.append(f"| `{code}` | {reason.meaning} | {reason.remedy} | {reason.advice.again} | {after} |\n")
    return head + "".join(rows)


def _page(file: FileDescriptorProto) -> str:
    comments: Comments = {
        tuple(place.path): "\n".join(line.strip() for line in place.leading_comments.strip().splitlines())
        for place in file.source_code_info.location
    }
    parts = [MADE, f"# {file.package}: {Path(file.name).name}\n", comments.get((PACKAGE,), "") + "\n"]
    for number, service in enumerate(file.service):
        parts += _service(service, (SERVICE, number), comments)
    for number, message in enumerate(file.message_type):
        parts += _message(message, (MESSAGE, number), comments)
    for number, enum in enumerate(file.enum_type):
        parts += _enum(enum, (ENUM, number), comments)
    return "\n".join(parts)


def _service(service: ServiceDescriptorProto, path: Path_, comments: Comments) -> Iterator[str]:
    yield f"## {service.name}\n"
    for number, method in enumerate(service.method):
        yield f"### {service.name}.{method.name}\n"
        yield f"{_signature(method)}  "
        yield _access(method) + "\n"
        yield comments.get((*path, METHOD, number), "") + "\n"


def _signature(method: MethodDescriptorProto) -> str:
    request, answer = (_link(name) for name in (method.input_type, method.output_type))
    sent, told = ("stream of " * is_many for is_many in (method.client_streaming, method.server_streaming))
    return f"{sent}{request} → {told}{answer}"


def _access(method: MethodDescriptorProto) -> str:
    scope = str(method.options.Extensions[access_pb2.scope])  # type: ignore[index]
    reach = int(method.options.Extensions[access_pb2.reach])  # type: ignore[index]
    return f"Scope `{scope}`; {REACH[reach]}."


def _message(message: DescriptorProto, path: Path_, comments: Comments, outer: str = "") -> Iterator[str]:
    name = outer + message.name
    yield f"## {name}\n"
    if comments.get(path):
        yield comments[path] + "\n"
    if message.field:
        yield "| field | | |\n|---|---|---|"
        for number, field in enumerate(message.field):
            said = " ".join(comments.get((*path, FIELD, number), "").split()).replace("|", "\\|")
            yield f"| `{field.name}` | {_type(field)} | {said} |"
        yield ""
    for number, inner in enumerate(message.nested_type):
        yield from _message(inner, (*path, NESTED_MESSAGE, number), comments, f"{name}.")


def _enum(enum: EnumDescriptorProto, path: Path_, comments: Comments) -> Iterator[str]:
    yield f"## {enum.name}\n"
    if comments.get(path):
        yield comments[path] + "\n"
    yield "| value | number | |\n|---|---|---|"
    for number, value in enumerate(enum.value):
        said = " ".join(comments.get((*path, VALUE, number), "").split())
        yield f"| `{value.name}` | {value.number} | {said} |"
    yield ""


def _type(field: FieldDescriptorProto) -> str:
    scalar = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    shown = _link(field.type_name) if field.type_name else scalar
    if field.label == FieldDescriptorProto.LABEL_REPEATED:
        return f"list of {shown}"
    return f"{shown}, may be absent" if field.proto3_optional else shown


def _link(type_name: str) -> str:
    full = type_name.removeprefix(".")
    name = full.rpartition(".")[2]
    return f"`{full}`" if full.startswith("google.") else f"[{name}](#{name.lower()})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where the committed pages are not fresh")
    fresh = pages()
    if not parser.parse_args().check:
        REFERENCE.mkdir(exist_ok=True)
        for old in REFERENCE.glob("*.md"):
            old.unlink()
        for name, text in fresh.items():
            (REFERENCE / name).write_text(text, encoding="utf-8")
        return
    known = {file.name: file.read_text(encoding="utf-8") for file in REFERENCE.glob("*.md")}
    stale = sorted(name for name in fresh.keys() | known.keys() if fresh.get(name) != known.get(name))
    if stale:
        sys.exit("docs/reference is not fresh, run `make protos`: " + ", ".join(stale))


if __name__ == "__main__":
    main()
