"""The API over TLS: whose certificate it shows, and who trusts it."""

from pathlib import Path

import pytest

from services.local import authority
from tests.fixtures.ports import free_port
from tests.integration.api.process_world import Start, certificate, client, data, haidang, port, run, start

__all__ = ["certificate", "client", "data", "port", "start"]

pytestmark = pytest.mark.one_store(
    "how series and positions are read on each store, test_series and test_watch see"
)


def test_with_a_certificate_it_speaks_tls_only(
    start: Start, client: dict[str, str], certificate: tuple[Path, Path]
) -> None:
    chain, key = certificate
    start(HAIDANG_API_CREDENTIALS_CERTIFICATE=str(chain), HAIDANG_API_CREDENTIALS_KEY=str(key))

    trusted = haidang({**client, "HAIDANG_API_AUTHORITY": str(chain)}, "devices")
    plain = haidang(client, "devices")

    assert trusted.returncode == 0, trusted.stderr
    assert plain.returncode == 5


def test_the_local_authority_signs_for_the_api_which_also_speaks_plain_text(
    start: Start, client: dict[str, str], tmp_path: Path
) -> None:
    ours, others, tls_port = tmp_path / "ours", tmp_path / "others", free_port()
    authority.ensure(ours)
    authority.ensure(others)
    authority.issue(ours, tmp_path / "api")
    before = (tmp_path / "api/server.pem").read_bytes()
    authority.issue(ours, tmp_path / "api")
    assert (tmp_path / "api/server.pem").read_bytes() == before
    start(
        HAIDANG_API_TLS_PORT=str(tls_port),
        HAIDANG_API_CREDENTIALS_CERTIFICATE=str(tmp_path / "api/server.pem"),
        HAIDANG_API_CREDENTIALS_KEY=str(tmp_path / "api/server.key"),
    )
    over_tls = {**client, "HAIDANG_API_ADDRESS": f"127.0.0.1:{tls_port}"}

    assert haidang(client, "whoami").returncode == 0
    assert haidang({**over_tls, "HAIDANG_API_AUTHORITY": str(ours / "ca.pem")}, "whoami").returncode == 0
    assert haidang({**over_tls, "HAIDANG_API_AUTHORITY": str(others / "ca.pem")}, "whoami").returncode == 5
    assert haidang(over_tls, "whoami").returncode == 5

    authority.issue(others, tmp_path / "api")  # of an authority that was made anew
    assert (tmp_path / "api/server.pem").read_bytes() != before


@pytest.mark.usefixtures("data")
def test_the_example_of_a_query_runs_as_it_stands_over_tls(
    start: Start, client: dict[str, str], certificate: tuple[Path, Path]
) -> None:
    chain, key = certificate
    start(HAIDANG_API_CREDENTIALS_CERTIFICATE=str(chain), HAIDANG_API_CREDENTIALS_KEY=str(key))
    client["HAIDANG_API_AUTHORITY"] = str(chain)

    done = run(["docs/examples/query_series.py", "air-001", "pm25", "2026-11-20T02:00+00:00"], client)

    hours = done.stdout.splitlines()
    assert (len(hours), hours[-2:]) == (24, ["20/11 07:00  13.2 µg/m³, at most 14.0", "20/11 08:00  –"]), done
