"""Settings of duties and notification, from the environment (prefix HAIDANG_DUTY_)."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DutySettings(BaseSettings):
    """Who is on duty, and how they are reached."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_DUTY_", frozen=True)

    roster: Path | None = Field(
        default=None, description="The roster, a TOML file; without it nobody is told."
    )
    secrets: Path | None = Field(
        default=None, description="Folder of the files with secrets: of webhooks, and smtp_password."
    )
    smtp_host: str = Field(default="", description="Mail server; empty: no mail can be sent, it waits.")
    smtp_port: int = Field(default=25, ge=1, le=65_535, description="Its port.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        default="starttls", description="How the connection to it is protected; tls: from its beginning."
    )
    smtp_user: str = Field(default="", description="Account at it; its secret is the file smtp_password.")
    mail_from: str = Field(default="haidang@localhost", description="Sender of mails.")
    timeout_s: float = Field(
        default=8, gt=0, le=10, description="Longest wait for an answer of a server that is told, seconds."
    )
