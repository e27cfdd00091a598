"""Where the local stack of one checkout keeps its files."""

from dataclasses import dataclass
from pathlib import Path

from services.local.account import state_folder

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Layout:
    """`local` is ours; `state` belongs to the servers' user (`.local/state` leads there)."""

    checkout: Path
    state: Path

    @property
    def local(self) -> Path:
        return self.checkout / ".local"

    @property
    def processes(self) -> Path:
        """Logs of the product's processes, and notes of which are running."""
        return self.local / "processes"

    @property
    def secrets(self) -> Path:
        """Beside the data that they open, so that both are removed together."""
        return self.state / "secrets.json"

    @property
    def token(self) -> Path:
        """The local administrator's bearer token, for people."""
        return self.local / "token"

    @property
    def office_token(self) -> Path:
        """The bearer token of the simulated office, which hands in what the administrator approves."""
        return self.state / "office.token"

    @property
    def client(self) -> Path:
        """Addresses and secrets of a client of this stack, for `. .local/client.env`."""
        return self.local / "client.env"

    @property
    def device_credentials(self) -> Path:
        """MQTT credentials of all registered devices, for the simulator and for replays."""
        return self.local / "device-credentials.json"

    @property
    def mqtt_seeds(self) -> Path:
        """The same hashed, with gateway and onboarding: what the doorkeeper puts into the registry."""
        return self.state / "mqtt-seeds"

    @property
    def authority(self) -> Path:
        """The certificate that clients of the TLS ports trust."""
        return self.local / "ca.pem"

    @property
    def api_tls(self) -> Path:
        """Certificate and key of the API."""
        return self.local / "tls"

    @property
    def sources(self) -> Path:
        """sources.toml with its mappings, and the folder of their secrets, where somebody puts them there."""
        return self.local / "sources"

    @property
    def duty(self) -> Path:
        """roster.toml and the folder of its secrets, where somebody puts them there."""
        return self.local / "duty"

    @property
    def lock(self) -> Path:
        """Held while a stack of this checkout runs."""
        return self.local / "supervisor.lock"

    @property
    def page(self) -> Path:
        return self.checkout / "dashboards/wall/dist"


def layout(checkout: Path = CHECKOUT) -> Layout:
    """Make the folders that everything else expects."""
    local = checkout / ".local"
    local.mkdir(mode=0o755, exist_ok=True)
    (local / "processes").mkdir(mode=0o700, exist_ok=True)
    return Layout(checkout, state_folder(checkout))
