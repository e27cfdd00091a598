"""Settings of a gRPC server, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

MIB = 1024 * 1024


class RpcSettings(BaseSettings):
    """Where the server listens and what it allows."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_API_", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address that gRPC listens on.")
    port: int = Field(default=50551, description="Port of the same; 0 lets the system choose one.")
    credentials_certificate: Path | None = Field(
        default=None, description="PEM file with the certificate chain; with the key, the server speaks TLS."
    )
    credentials_key: Path | None = Field(
        default=None, description="PEM file with the certificate's private key."
    )
    tls_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="With a certificate: TLS on this port, and plain text on the other; 0: TLS on the other.",
    )
    max_message_bytes: int = Field(
        default=16 * MIB, ge=MIB, description="Largest request and response, bytes."
    )
    grace_s: float = Field(
        default=5.0, ge=0, description="Longest wait for calls under way at the end, seconds."
    )
    send_timeout_s: float = Field(
        default=20.0,
        gt=0,
        description="A stream whose client takes no message for so long is ended, seconds.",
    )
    default_deadline_s: float = Field(
        default=30.0, gt=0, description="A unary call whose client names no deadline is ended then, seconds."
    )
    longest_deadline_s: float = Field(
        default=120.0, gt=0, description="One whose client names a later deadline is ended then, seconds."
    )
    requests_per_s: int = Field(
        default=1_000, ge=1, description="Calls a second of one token that has no limit of its own."
    )
    streams: int = Field(
        default=200, ge=0, description="Streams open at a time of one token that has no limit of its own."
    )
    pool_size: int = Field(
        default=4, ge=1, description="Database connections of each context, and threads that use them."
    )
    max_watchers: int = Field(default=200, ge=1, description="Watches open at a time on one log.")
    mailbox_facts: int = Field(default=1_000, ge=1, description="Facts that wait for one slow watcher.")
    mailbox_bytes: int = Field(default=8 * MIB, ge=1, description="Bytes of the same, as stored.")
