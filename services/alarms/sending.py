"""Sending one notice by mail or webhook, and what is known of it afterwards."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import urllib3

from services.alarms.delivering import Delivery, Outcome
from services.alarms.duty_settings import DutySettings
from services.alarms.notice import hook_of, mail_of

SMTP_PASSWORD = "smtp_password"
_BEFORE_CONNECTION = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError)


class Sent(NamedTuple):
    """How an attempt ended; `detail`: '' where it delivered."""

    outcome: Outcome
    detail: str = ""


class Sender:
    """Sends notices. Redirections are failures and proxies are not used, so that nobody else is told."""

    def __init__(self, settings: DutySettings) -> None:
        self._settings = settings
        self._http = urllib3.PoolManager(retries=False, timeout=settings.timeout_s)

    def send(self, one: Delivery, secret: str, now: datetime) -> Sent:
        """Sends a delivery as it was before its attempt was begun. `secret`: name of a webhook's, or ''."""
        try:
            if one.way == "webhook":
                return self._hook(one, secret)
            return self._mail(one, now)
        except (_NoSecret, ValueError) as error:  # ValueError: an address that cannot be written
            return Sent(Outcome.REFUSED, str(error))

    def _hook(self, one: Delivery, secret: str) -> Sent:
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"haidang-{one.delivery}"}
        if secret:
            headers["Authorization"] = f"Bearer {read_secret(self._settings.secrets, secret)}"
        body = hook_of(one.notice, one.delivery, one.attempts + 1, one.may_have_arrived)
        try:
            with self._http.request(
                "POST", one.target, body=body, headers=headers, redirect=False, preload_content=False
            ) as answer:
                return _judged(answer.status)
        except _BEFORE_CONNECTION as error:
            return Sent(Outcome.REFUSED, str(error))
        except (urllib3.exceptions.HTTPError, OSError) as error:
            return Sent(Outcome.UNCERTAIN, str(error))

    def _mail(self, one: Delivery, now: datetime) -> Sent:
        settings = self._settings
        if not settings.smtp_host:
            return Sent(Outcome.REFUSED, "no mail server is set (HAIDANG_DUTY_SMTP_HOST)")
        body = mail_of(
            *(one.notice, one.delivery, one.attempts + 1, one.may_have_arrived),
            *(settings.mail_from, one.target, now),
        )
        try:
            server = self._connected()
        except OSError as error:  # smtplib's errors are OSErrors
            return Sent(Outcome.REFUSED, str(error) or type(error).__name__)
        try:
            server.sendmail(settings.mail_from, [one.target], body)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            return Sent(Outcome.REFUSED, str(error))
        except OSError as error:
            return Sent(Outcome.UNCERTAIN, str(error) or type(error).__name__)
        finally:
            server.close()
        return Sent(Outcome.DELIVERED)

    def _connected(self) -> smtplib.SMTP:
        settings = self._settings
        place = (settings.smtp_host, settings.smtp_port)
        if settings.smtp_security == "tls":
            trusted = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=settings.timeout_s, context=trusted)
        else:
            server = smtplib.SMTP(*place, timeout=settings.timeout_s)
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, read_secret(settings.secrets, SMTP_PASSWORD))
        except BaseException:
            server.close()
            raise
        return server


class _NoSecret(Exception):
    """A secret that is asked for cannot be read."""


def read_secret(folder: Path | None, name: str) -> str:
    """A secret, read at each use: it may be exchanged. Errors never tell it.

    Raises:
        _NoSecret: there is none, or it is not one line.
    """
    if folder is None:
        raise _NoSecret(f"there is no folder of secrets for {name!r}")
    try:
        secret = (folder / name).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _NoSecret(f"secret {name!r}: {type(error).__name__}") from error
    if not secret.isprintable():
        raise _NoSecret(f"secret {name!r}: not one line")
    return secret


def _judged(status: int) -> Sent:
    if 200 <= status < 300:
        return Sent(Outcome.DELIVERED)
    # A server that broke down may have passed it on before.
    return Sent(Outcome.UNCERTAIN if status >= 500 else Outcome.REFUSED, f"HTTP {status}")
