"""`haidang` and the API as two processes: what commands print, and how they fail."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.api.process_world import Start, client, data, haidang, lines, port, start, typed

__all__ = ["client", "data", "port", "start"]

pytestmark = pytest.mark.one_store(
    "how series and positions are read on each store, test_series and test_watch see"
)


@pytest.mark.usefixtures("data")
def test_every_command_answers(start: Start, client: dict[str, str], tmp_path: Path) -> None:
    start()

    assert [(r["device"], r["value"]) for r in lines(typed(client, "latest", "--json"))] == [
        ("air-001", 14.0),
        ("noise-001", 61.0),
    ]
    in_range = lines(haidang(client, "range", "air-001", "pm25", "-s", "2026-11-20", "-e", "now", "--json"))
    assert [(r["observed_at"], r["value"]) for r in in_range] == [
        ("2026-11-20T07:00:00+07:00", 12.3),
        ("2026-11-20T07:01:00+07:00", 14.0),
    ]
    (air, _noise) = lines(haidang(client, "ledger", "--json"))
    assert (air["received"], air["stored"], air["conflicting"], air["quarantined"]) == (4, 2, 1, 1)
    assert lines(haidang(client, "quarantine", "--json"))[0]["reason"] == "time_in_future"
    assert lines(haidang(client, "revisions", "--json"))[0]["value"] == 99.0
    assert [r["device"] for r in lines(haidang(client, "devices", "--json"))] == ["air-001", "noise-001"]
    assert lines(haidang(client, "areas", "--json")) == []
    assert "vn_aqi_hour" in {r["indicator"] for r in lines(haidang(client, "indicators", "list", "--json"))}
    assert lines(haidang(client, "indicators", "latest", "--json")) == []
    values = haidang(client, "indicators", "values", "vn_aqi_hour", "air-001", "--json")
    assert lines(values) == []

    (tmp_path / ".local").mkdir()
    written = "".join(f"export {key}='{value}'\n" for key, value in client.items())
    (tmp_path / ".local/client.env").write_text(written, encoding="utf-8")
    table = typed({}, "--lang", "vi", "latest", "-d", "air-001", folder=tmp_path)
    assert "Thời điểm đo" in table.stdout, table.stderr
    assert "2026-11-20 07:01:00" in table.stdout


def test_commands_fail_with_a_sentence_and_an_exit_code(
    start: Start, client: dict[str, str], new_token: Callable[..., str], port: int
) -> None:
    away = typed(client, "ledger")
    start()
    no_token = haidang({**client, "HAIDANG_TOKEN": ""}, "ledger")
    forged = haidang({**client, "HAIDANG_TOKEN": "forged"}, "--lang", "vi", "ledger")
    poor = haidang({**client, "HAIDANG_TOKEN": new_token("areas.read")}, "ledger")
    unknown = haidang(client, "range", "ghost", "pm25")
    nonsense = haidang(client, "range", "ghost", "pm25", "--start", "tomorrow")

    assert (away.returncode, f"Cannot reach 127.0.0.1:{port}" in away.stderr) == (5, True)
    assert (no_token.returncode, "Set HAIDANG_TOKEN" in no_token.stderr) == (3, True)
    assert (forged.returncode, "Mã truy cập không được chấp nhận" in forged.stderr) == (3, True)
    assert (poor.returncode, "needs scope 'telemetry.read'" in poor.stderr) == (3, True)
    assert (unknown.returncode, "knows no channel 'pm25'" in unknown.stderr) == (4, True)
    assert (nonsense.returncode, "24h (ago)" in nonsense.stderr) == (2, True)
    assert all("Traceback" not in done.stderr for done in (away, no_token, forged, poor, unknown, nonsense))


def test_whoami_and_a_new_secret_for_oneself(start: Start, client: dict[str, str]) -> None:
    start()

    (own,) = lines(haidang(client, "whoami", "--json"))
    (new,) = lines(haidang(client, "token", "rotate", "--grace", "60", "--json"))
    again = haidang(client, "token", "rotate")
    (fresh,) = lines(haidang({**client, "HAIDANG_TOKEN": str(new["secret"])}, "whoami", "--json"))
    table = haidang({**client, "HAIDANG_TOKEN": str(new["secret"])}, "--lang", "vi", "whoami")

    assert (own["name"], own["areas"], own["requests_per_s"]) == ("test", None, 1_000)
    assert {**own, "replaced_until": None} == fresh
    assert (again.returncode, "use the new one" in again.stderr) == (3, True)
    assert "Lượt gọi/giây" in table.stdout


def test_one_context_may_be_served_alone(start: Start, client: dict[str, str]) -> None:
    start("registry")

    assert haidang(client, "devices").returncode == 0
    alone = haidang(client, "ledger")
    assert alone.returncode != 0
