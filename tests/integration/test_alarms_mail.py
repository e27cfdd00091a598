"""Mails to a server that asks for TLS and an account: what arrives, and what a wrong server is not told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.alarms.delivering import Delivery, Outcome
from services.alarms.duty_settings import DutySettings
from services.alarms.notice import Notice
from services.alarms.sending import SMTP_PASSWORD, Sender
from tests.fixtures.sinks import Guard, Sink, smtp_sink
from tests.integration.api.process_world import certificate

__all__ = ["certificate"]

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
ACCOUNT = ("haidang", "bí mật đây".encode().hex())
TITLE = "[Cảnh báo] Phát sinh: Độ mặn cao tại điểm lấy nước – salt-001"


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A server's certificate and key, of an authority that the administrator trusts."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    return certificate


def send(sink: Sink, folder: Path, security: str, password: str = ACCOUNT[1]) -> Outcome:
    (folder / SMTP_PASSWORD).write_text(f"{password}\n", encoding="ascii")
    settings = DutySettings(
        smtp_host="127.0.0.1",
        smtp_port=sink.port,
        smtp_security=security,  # type: ignore[arg-type]
        smtp_user=ACCOUNT[0],
        secrets=folder,
        mail_from="haidang@example.vn",
        timeout_s=5,
    )
    notice = Notice(
        *(TITLE, "Warning", "Độ mặn cao: 4,2 g/L ≥ 4 g/L", "High", "raise", 1, "k", "salinity_high", 2),
        *("raised", "salt-001", "56", NOW, NOW, NOW),
    )
    one = Delivery(1, 1, "lan", "mail", "lan@example.vn", notice, NOW, NOW)
    return Sender(settings).send(one, "", NOW).outcome


@pytest.mark.parametrize(("security", "from_the_beginning"), [("starttls", False), ("tls", True)])
def test_a_mail_goes_over_tls_in_the_name_of_the_account(
    trusted: tuple[Path, Path], tmp_path: Path, security: str, from_the_beginning: bool
) -> None:
    with smtp_sink(Guard(trusted, ACCOUNT, from_the_beginning)) as sink:
        assert send(sink, tmp_path, security) is Outcome.DELIVERED
    assert sink.logins == [(*ACCOUNT, True)]
    (mail,) = sink.mails
    assert mail["Subject"] == TITLE
    assert "4,2 g/L" in mail.get_content()


def test_a_wrong_password_is_refused_for_certain(trusted: tuple[Path, Path], tmp_path: Path) -> None:
    with smtp_sink(Guard(trusted, ACCOUNT)) as sink:
        assert send(sink, tmp_path, "starttls", "x") is Outcome.REFUSED
    assert (sink.logins, sink.mails) == ([(ACCOUNT[0], "x", True)], [])


def test_a_server_that_is_not_trusted_learns_no_password(
    certificate: tuple[Path, Path], tmp_path: Path
) -> None:
    for from_the_beginning, security in ((False, "starttls"), (True, "tls")):
        with smtp_sink(Guard(certificate, ACCOUNT, from_the_beginning)) as sink:
            assert send(sink, tmp_path, security) is Outcome.REFUSED
        assert (sink.logins, sink.mails) == ([], [])


def test_a_server_without_tls_learns_no_password(tmp_path: Path) -> None:
    with smtp_sink() as sink:
        assert send(sink, tmp_path, "starttls") is Outcome.REFUSED
    assert (sink.logins, sink.mails) == ([], [])
