"""What developers download: a wheel that works by itself, and a descriptor set that says everything."""

import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from haidang_client import Client

from tests.contract.test_scopes import every_service

ROOT = Path(__file__).resolve().parents[2]
USED_ALONE = """
import sys
from pathlib import Path
import haidang_client, ioc
from ioc.telemetry.v1 import telemetry_pb2
folder = Path(sys.argv[1])
assert folder in Path(haidang_client.__file__).parents and str(folder) in list(ioc.__path__)[0]
with haidang_client.Client("127.0.0.1:1", "token") as client:
    print(client.telemetry.GetLatest, telemetry_pb2.GetLatestRequest(devices=["a"]).devices[0])
"""


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("client") / "dist"
    subprocess.run([sys.executable, str(ROOT / "protos/package.py"), str(folder)], check=True, timeout=120)
    return folder


def wheel(packed: Path) -> Path:
    (found,) = packed.glob("haidang_client-*.whl")
    return found


def test_the_wheel_works_without_the_checkout(packed: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel(packed)) as archive:
        archive.extractall(tmp_path)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{USED_ALONE}"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith(" a\n")


def test_the_wheel_is_typed(packed: Path) -> None:
    names = zipfile.ZipFile(wheel(packed)).namelist()

    assert {"haidang_client/py.typed", "ioc/py.typed"} <= set(names)
    for service in every_service():
        file = descriptor_pool.Default().FindServiceByName(service).file.name
        assert file.replace(".proto", "_pb2_grpc.pyi") in names


def test_every_service_is_an_attribute_of_the_client_and_in_its_readme() -> None:
    with Client("127.0.0.1:1", "token") as client:
        stubs = {type(value).__name__: name for name, value in vars(client).items()}
    readme = (ROOT / "clients/python/README.md").read_text(encoding="utf-8")
    attributes = [stubs.get(f"{service.rpartition('.')[2]}Stub") for service in every_service()]

    assert None not in attributes, dict(zip(every_service(), attributes, strict=True))
    assert [name for name in attributes if f"`.{name}`" not in readme] == []


def test_the_client_is_of_the_same_version_and_needs_nothing_that_we_do_not_lock() -> None:
    client = tomllib.loads((ROOT / "clients/python/pyproject.toml").read_text(encoding="utf-8"))["project"]
    ours = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert client["version"] == ours["version"]
    assert set(client["dependencies"]) <= set(ours["dependencies"])


def test_the_descriptor_set_is_whole(packed: Path) -> None:
    files = FileDescriptorSet.FromString((packed / "haidang.protoset").read_bytes()).file
    pool = descriptor_pool.DescriptorPool()
    for file in files:
        pool.Add(file)  # each after what it imports, or this fails

    assert {name for name in every_service() if pool.FindServiceByName(name)} == set(every_service())


def test_the_index_leads_to_both(packed: Path) -> None:
    index = (packed / "index.html").read_text(encoding="utf-8")

    assert f'href="{wheel(packed).name}"' in index
    assert 'href="haidang.protoset"' in index
