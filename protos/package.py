"""Packs what developers download from a running system: `python protos/package.py FOLDER`.

FOLDER gets the wheel of the Python client, `haidang.protoset` (a FileDescriptorSet, as grpcurl takes it) and
index.html, by which pip finds the wheel (`--find-links`).
"""

import argparse
import html
import importlib
import pkgutil
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.descriptor_pb2 import FileDescriptorSet

ROOT = Path(__file__).resolve().parents[1]
STUBS, CLIENT = ROOT / "protos/gen/ioc", ROOT / "clients/python"
PROTOSET = "haidang.protoset"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fetch", action="store_true", help="let pip fetch setuptools instead of using ours")
    asked = parser.parse_args()
    shutil.rmtree(asked.folder, ignore_errors=True)
    asked.folder.mkdir(parents=True)
    build_wheel(asked.folder, asked.fetch)
    (asked.folder / PROTOSET).write_bytes(descriptor_set().SerializeToString(deterministic=True))
    (asked.folder / "index.html").write_text(index(asked.folder), encoding="utf-8")


def build_wheel(folder: Path, fetch: bool) -> None:
    """The client with the generated stubs beside it."""
    options = [] if fetch else ["--no-build-isolation", "--no-index"]
    with tempfile.TemporaryDirectory() as staged:
        source = Path(staged) / "source"
        shutil.copytree(
            CLIENT, source, ignore=shutil.ignore_patterns("dist", "build", "*.egg-info", "__pycache__")
        )
        shutil.copytree(STUBS, source / "ioc", ignore=shutil.ignore_patterns("__pycache__"))
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet", "--no-deps"]
        subprocess.run([*pip, *options, "--wheel-dir", str(folder), str(source)], check=True)


def descriptor_set() -> FileDescriptorSet:
    """All our protos with all that they import, each after what it needs."""
    sys.path.insert(0, str(STUBS.parent))
    package = importlib.import_module("ioc")
    names = [m.name for m in pkgutil.walk_packages(package.__path__, "ioc.") if m.name.endswith("_pb2")]
    found: dict[str, FileDescriptor] = {}
    for name in sorted(names):
        _add(importlib.import_module(name).DESCRIPTOR, found)
    result = FileDescriptorSet()
    for file in found.values():
        file.CopyToProto(result.file.add())
    return result


def _add(file: FileDescriptor, found: dict[str, FileDescriptor]) -> None:
    for needed in file.dependencies:
        _add(needed, found)
    found.setdefault(file.name, file)


def index(folder: Path) -> str:
    """Links to every file, as pip reads them."""
    names = sorted(html.escape(path.name) for path in folder.iterdir())
    links = "".join(f'<li><a href="{name}">{name}</a></li>\n' for name in names)
    return f"<!DOCTYPE html>\n<title>Hải Đăng: client</title>\n<ul>\n{links}</ul>\n"


if __name__ == "__main__":
    main()
