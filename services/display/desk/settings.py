"""Settings of the desk, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DeskSettings(BaseSettings):
    """HAIDANG_DESK_…"""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_DESK_", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address that serves the operators' page.")
    port: int = Field(default=8490, ge=0, le=65535, description="Port of the same; 0 lets the system choose.")
    page: Path = Field(default=Path("dashboards/wall/dist"), description="Folder of the built pages.")
    api: str = Field(default="127.0.0.1:50551", description="host:port of the gRPC API.")
    authority: Path | None = Field(
        default=None, description="PEM of the authority that signed the API's certificate; none: plain text."
    )
    origins: list[str] = Field(
        default=[], description="Origins besides the page's own that may open the WebSocket."
    )
    desks_max: int = Field(default=200, ge=1, description="Most operators' pages that are connected at once.")
    calls_max: int = Field(default=32, ge=1, description="Most calls of one page under way, watches too.")
