"""Settings of the areas, from the environment."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AreasSettings(BaseSettings):
    """Where units are kept."""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_AREAS_", frozen=True)

    dsn: str = Field(
        description="PostgreSQL, role ioc_areas, for example postgresql://ioc_areas:…@host/haidang."
    )
