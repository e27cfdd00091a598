"""Generates the Python code of every proto into protos/gen; `--check` compares instead of writing."""

import argparse
import filecmp
import shutil
import sys
import tempfile
from pathlib import Path

import grpc_tools
from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent
GENERATED = PROTOS / "gen"


def generate(target: Path) -> None:
    """Writes modules, type stubs and package markers for all protos below `protos/ioc`."""
    sources = sorted(path.relative_to(PROTOS).as_posix() for path in PROTOS.glob("ioc/**/*.proto"))
    well_known = Path(grpc_tools.__file__).parent / "_proto"
    arguments = [
        "protoc",
        f"--proto_path={PROTOS}",
        f"--proto_path={well_known}",
        f"--python_out={target}",
        f"--pyi_out={target}",
        f"--grpc_python_out={target}",
    ]
    if protoc.main([*arguments, *sources]) != 0:
        raise SystemExit("protoc failed")
    for folder in [target / "ioc", *(path for path in (target / "ioc").rglob("*") if path.is_dir())]:
        (folder / "__init__.py").touch()
        (folder / "py.typed").touch()


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
    if not parser.parse_args().check:
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
