"""Settings of the hub, from the environment."""

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class HubSettings(BaseSettings):
    """HAIDANG_HUB_…"""

    model_config = SettingsConfigDict(env_prefix="HAIDANG_HUB_", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address that serves the page and the WebSocket.")
    port: int = Field(default=8480, ge=0, le=65535, description="Port of the same; 0 lets the system choose.")
    page: Path = Field(
        default=Path("dashboards/wall/dist"), description="Folder of the built page (npm run build)."
    )
    downloads: Path = Field(
        default=Path("clients/python/dist"),
        description="Folder with the client's wheel and the descriptor set, served under /client/.",
    )
    boards: Path = Field(
        default=Path(__file__).parent / "boards",
        description="Folder of board definitions, one JSON file each.",
    )
    province: str = Field(
        default="", description="Code of the province shown; empty: the one in which most devices stand."
    )
    simulated: bool = Field(
        default=False,
        description="Whether its figures are simulated: beside the name of a real place it says so.",
    )
    origins: list[str] = Field(
        default=[],
        description="Origins besides the page's own that may open the WebSocket, for example https://wall.example.",
    )
    peers: dict[str, str] = Field(
        default={},
        description="Other processes: name → address of /ready; the wall names those that are away.",
    )
    send_timeout_s: float = Field(
        default=5.0, gt=0, description="A wall that takes no data for so long is dropped."
    )
    ticket_s: float = Field(
        default=30.0, gt=0, description="A ticket is good for one hello within this time."
    )
    walls_max: int = Field(default=500, gt=0, description="Walls served at once; one more is turned away.")
    per_address_max: int = Field(
        default=100, gt=0, description="Connections of one address at once; one more is turned away."
    )
