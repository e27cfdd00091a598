"""Generates the Python code of every proto into protos/gen; `--check` compares instead of writing.

`--lock` writes the schema as it is now into protos/lock, as the one that is released: from then on no change
may break those who lean on it.
"""

import argparse
import filecmp
import shutil
import sys
import tempfile
from pathlib import Path

import grpc_tools
from google.protobuf import descriptor_pool
from google.protobuf.descriptor import FileDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent
GENERATED = PROTOS / "gen"
LOCK = PROTOS / "lock/haidang.binpb"
CALLABLES = {  # (client streams, server streams)
    (False, False): "UnaryUnaryMultiCallable",
    (False, True): "UnaryStreamMultiCallable",
    (True, False): "StreamUnaryMultiCallable",
    (True, True): "StreamStreamMultiCallable",
}


def generate(target: Path) -> None:
    """Writes modules, type stubs and package markers for all protos below `protos/ioc`."""
    run_protoc(f"--python_out={target}", f"--pyi_out={target}", f"--grpc_python_out={target}")
    for file in described():
        if file.services_by_name:
            types = target / file.name.replace(".proto", "_pb2_grpc.pyi")
            types.write_text(service_types(file), encoding="utf-8")
    for folder in [target / "ioc", *(path for path in (target / "ioc").rglob("*") if path.is_dir())]:
        (folder / "__init__.py").touch()
        (folder / "py.typed").touch()


def run_protoc(*arguments: str) -> None:
    """Runs protoc on all protos."""
    sources = sorted(path.relative_to(PROTOS).as_posix() for path in PROTOS.glob("ioc/**/*.proto"))
    paths = [f"--proto_path={PROTOS}", f"--proto_path={Path(grpc_tools.__file__).parent / '_proto'}"]
    if protoc.main(["protoc", *paths, *arguments, *sources]) != 0:
        raise SystemExit("protoc failed")


def described() -> list[FileDescriptor]:
    """Descriptors of all our protos."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "set"
        run_protoc("--include_imports", f"--descriptor_set_out={file}")
        messages = FileDescriptorSet.FromString(file.read_bytes()).file
    pool = descriptor_pool.DescriptorPool()
    for message in messages:
        pool.Add(message)
    return [pool.FindFileByName(m.name) for m in messages if m.name.startswith("ioc/")]


def service_types(file: FileDescriptor) -> str:
    """The types of a file's services: protoc writes those of messages only."""
    services = list(file.services_by_name.values())
    methods = [method for service in services for method in service.methods]
    used = {message.file.name for m in methods for message in (m.input_type, m.output_type)}
    lines = ["from typing import Any", "", "import grpc", *sorted(map(_import, used)), ""]
    for service in services:
        lines += [f"class {service.name}Stub:", "    def __init__(self, channel: grpc.Channel) -> None: ..."]
        lines += [_callable(method) for method in service.methods]
        lines += ["", *_servicer(service), ""]
    return "\n".join(lines)


def _import(name: str) -> str:
    package, _, module = name.removesuffix(".proto").rpartition("/")
    return f"from {package.replace('/', '.')} import {module}_pb2"


def _type(method: MethodDescriptor, *, answer: bool) -> str:
    message = method.output_type if answer else method.input_type
    return f"{Path(message.file.name).stem}_pb2.{message.name}"


def _callable(method: MethodDescriptor) -> str:
    kind = CALLABLES[method.client_streaming, method.server_streaming]
    return f"    {method.name}: grpc.{kind}[{_type(method, answer=False)}, {_type(method, answer=True)}]"


def _servicer(service: ServiceDescriptor) -> list[str]:
    # Handlers may be asynchronous or not, so their answers have no type here.
    name = f"{service.name}Servicer"
    lines = [f"class {name}:"]
    for method in service.methods:
        request = "Any" if method.client_streaming else _type(method, answer=False)
        lines.append(f"    def {method.name}(self, request: {request}, context: Any) -> Any: ...")
    return [*lines, "", f"def add_{name}_to_server(servicer: {name}, server: Any) -> None: ..."]


def stale_files(fresh: Path) -> list[str]:
    """Names of files that differ between `fresh` and what is committed, or exist in only one of them."""

    def names(root: Path) -> set[str]:
        return {
            path.relative_to(root).as_posix()
            for path in root.rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path.suffix in {".py", ".pyi", ".typed"}
        }

    all_names = names(fresh) | names(GENERATED)
    return sorted(
        name
        for name in all_names
        if not (fresh / name).is_file()
        or not (GENERATED / name).is_file()
        or not filecmp.cmp(fresh / name, GENERATED / name, shallow=False)
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where the committed code is not fresh")
    parser.add_argument("--lock", action="store_true", help="release the schema: write protos/lock")
    asked = parser.parse_args()
    if asked.lock:
        LOCK.parent.mkdir(exist_ok=True)
        run_protoc("--include_imports", f"--descriptor_set_out={LOCK}")
        return
    if not asked.check:
        shutil.rmtree(GENERATED, ignore_errors=True)
        GENERATED.mkdir()
        generate(GENERATED)
        return
    with tempfile.TemporaryDirectory() as folder:
        generate(Path(folder))
        stale = stale_files(Path(folder))
    if stale:
        sys.exit("protos/gen is not fresh, run `make protos`: " + ", ".join(stale))


if __name__ == "__main__":
    main()
