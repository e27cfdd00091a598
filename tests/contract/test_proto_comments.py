"""Whoever reads the reference finds a word on everything in it; it is made of the comments of the protos."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
    FileDescriptorSet,
)

from protos.generate import run_protoc
from protos.reference import ENUM, FIELD, MESSAGE, METHOD, NESTED_MESSAGE, SERVICE, VALUE, Path_

NESTED_ENUM, EXTENSION = 4, 7  # field numbers in descriptor.proto: of a message, of a file


@pytest.fixture(scope="module")
def files() -> list[FileDescriptorProto]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set"
        run_protoc("--include_source_info", f"--descriptor_set_out={file}")
        return list(FileDescriptorSet.FromString(file.read_bytes()).file)


def test_everything_has_a_comment(files: list[FileDescriptorProto]) -> None:
    silent = []
    for file in files:
        places = file.source_code_info.location
        commented = {tuple(place.path) for place in places if place.leading_comments.strip()}
        silent += [f"{file.name}: {name}" for path, name in described(file) if path not in commented]

    assert not silent


def described(file: FileDescriptorProto) -> Iterator[tuple[Path_, str]]:
    """(Path in the file, name) of all that needs a comment of its own.

    Not what its place explains: request and answer of a method, the 0 of an enum that is "not said".
    """
    for number, service in enumerate(file.service):
        yield (SERVICE, number), service.name
        for index, method in enumerate(service.method):
            yield (SERVICE, number, METHOD, index), f"{service.name}.{method.name}"
    for number, message in enumerate(file.message_type):
        yield from inside(file, message, (MESSAGE, number))
    for number, enum in enumerate(file.enum_type):
        yield from values((ENUM, number), enum)
    for number, field in enumerate(file.extension):
        yield (EXTENSION, number), field.name


def inside(file: FileDescriptorProto, message: DescriptorProto, path: Path_) -> Iterator[tuple[Path_, str]]:
    of_methods = {
        name.rpartition(".")[2]
        for service in file.service
        for method in service.method
        for name in (method.input_type, method.output_type)
    }
    if message.name not in of_methods:
        yield path, message.name
    for number, field in enumerate(message.field):
        yield (*path, FIELD, number), f"{message.name}.{field.name}"
    for number, nested in enumerate(message.nested_type):
        yield from inside(file, nested, (*path, NESTED_MESSAGE, number))
    for number, enum in enumerate(message.enum_type):
        yield from values((*path, NESTED_ENUM, number), enum)


def values(path: Path_, enum: EnumDescriptorProto) -> Iterator[tuple[Path_, str]]:
    yield path, enum.name
    for number, value in enumerate(enum.value):
        if not value.name.endswith("_UNSPECIFIED"):
            yield (*path, VALUE, number), value.name
