"""Settings of the records context, from the environment (prefix HAIDANG_RECORDS_)."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.records.privacy import SHORTEST_KEY, Pseudonyms


class RecordsSettings(BaseSettings):
    """Under which key people become pseudonyms, and what the province declares of its own."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_RECORDS_", frozen=True)

    pseudonym_key: SecretStr = Field(
        default=SecretStr(""),
        description="Secret of at least 32 characters; never changed, or people are counted twice."
        " Without it, datasets with pseudonyms take nothing.",
    )
    sources: Path | None = Field(
        default=None,
        description="Folder of sources.toml and its mappings; without that file nothing is pulled.",
    )
    secrets: Path | None = Field(
        default=None, description="Folder of the secrets that sources.toml names, a file each."
    )
    datasets: Path | None = Field(
        default=None,
        description="Folder of further declarations of datasets, beside the product's own.",
    )
    calendar: Path | None = Field(
        default=None,
        description="File of the province's own working days and hours, in place of calendar.toml.",
    )

    @property
    def pseudonyms(self) -> Pseudonyms | None:
        """What makes pseudonyms; None without a key that is long enough."""
        key = self.pseudonym_key.get_secret_value().encode()
        return Pseudonyms(key[:64]) if len(key) >= SHORTEST_KEY else None
