"""The figures in docs/guarantees.md, each store's in a section of its own that no person types into."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/guarantees.md"
_STORES = {"postgres": "PostgreSQL", "timescale": "TimescaleDB"}
_WORDS = {
    "gateway_killed": "gateway bị giết · gateway killed",
    "backend_killed": "tiến trình cơ sở dữ liệu bị giết · backend killed",
    "database_stopped": "cơ sở dữ liệu dừng · database stopped",
    "bus_stopped": "RabbitMQ dừng · RabbitMQ stopped",
    "broker_restarted": "Mosquitto khởi động lại · broker restarted",
    "line_cut": "đường tới cơ sở dữ liệu bị cắt · line cut",
    "line_stalled": "đường tới cơ sở dữ liệu bị treo · line stalled",
    "disk_full": "đĩa đầy · disk full",
    "poison_flood": "bản tin hỏng hàng loạt · poison flood",
    "clock_stepped": "đồng hồ nhảy · clock stepped",
}


def write(store: str, summary: Mapping[str, Any], today: date) -> None:
    """Replace the section of this store."""
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(replaced(text, store, section(store, summary, today)), encoding="utf-8")


def replaced(text: str, store: str, new: str) -> str:
    """The document with this store's section replaced; raises ValueError where its marks are missing."""
    begin, end = f"<!-- figures {store}: written by make soak -->\n", f"<!-- end of figures {store} -->"
    head, found, rest = text.partition(begin)
    _, closed, tail = rest.partition(end)
    if not (found and closed):
        raise ValueError(f"the document has no section for the figures of {store}")
    return head + begin + new + end + tail


def section(store: str, summary: Mapping[str, Any], today: date) -> str:
    """Markdown of one store's figures."""
    rows = [
        ("lần chạy · run", f"{today:%Y-%m-%d}, {summary['minutes']} min, seed {summary['seed']}"),
        ("thiết bị, bản tin mỗi giây · devices, messages a second", _pair(summary, "devices", "per_s")),
        ("đã gửi · said", _number(summary["said"])),
        ("broker đã nhận · acknowledged by the broker", _number(summary["acknowledged"])),
        ("đã lưu · stored", _number(summary["rows"])),
        ("**mất · lost**", f"**{summary['lost']}**"),
        ("**lưu hai lần · stored twice**", f"**{summary['duplicate_rows']}**"),
        ("**sổ cái lệch · ledger apart**", f"**{summary['ledger_apart']}**"),
        (
            "“chưa tới nơi” theo sổ cái · “never reached us”, says the ledger",
            _number(summary["never_reached"]),
        ),
        ("gửi lại, nhận ra là trùng · sent again, known as duplicates", _number(summary["duplicate"])),
        ("bản tin hỏng, giữ đủ trong cách ly · poisonous, all in quarantine", _number(summary["poison"])),
        ("nạp lại sau lỗi đồng hồ · replayed after a wrong clock", _number(summary["replayed_after_clock"])),
        ("số đo RabbitMQ đã xác nhận · readings confirmed by RabbitMQ", _number(summary["facts_confirmed"])),
        *((f"sự cố: {_WORDS[name]}", f"{count} ×") for name, count in summary["faults"].items()),
        *((f"không thử · not tested: {_WORDS[name]}", why) for name, why in summary["not_tested"].items()),
        *_kills(summary["kills"]),
    ]
    lines = [
        f"### {_STORES[store]}",
        "",
        "| | |",
        "|---|---|",
        *(f"| {name} | {value} |" for name, value in rows),
    ]
    return "\n".join(lines) + "\n"


def _kills(kills: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """What killed brokers took with them, the worst of each kind."""
    rows = []
    for away, words in (
        (False, "Mosquitto bị giết, gateway đang chạy · broker killed, gateway at work"),
        (True, "Mosquitto bị giết, gateway vắng · broker killed, gateway away"),
    ):
        of_kind = [kill for kill in kills if kill["gateway_away"] is away]
        if of_kind:
            lost, longest = (max(kill[name] for kill in of_kind) for name in ("lost", "lost_s"))
            each = ", ".join(str(kill["lost"]) for kill in of_kind)
            rows.append(
                (words, f"{len(of_kind)} ×; mất · lost {each}; nhiều nhất · at most {lost}, {longest:.1f} s")
            )
    return rows


def _pair(summary: Mapping[str, Any], *names: str) -> str:
    return ", ".join(f"{summary[name]:g}" for name in names)


def _number(value: int) -> str:
    return f"{value:,}"
