"""What a person sees: progress by step, events while running, the table of addresses."""

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from services.local.environment import client_settings
from services.local.mosquitto import DEMO_DEVICE
from services.local.ports import LOOPBACK
from services.local.stack import Stack


class _Lasting(Console):
    """rich would end the program when its reader goes; ours has children to end first."""

    def on_broken_pipe(self) -> None:
        self.quiet = True


class Screen:
    """Writes to the terminal, and goes silent where the terminal is gone."""

    def __init__(self) -> None:
        self._console = _Lasting(highlight=False, soft_wrap=True)

    @contextlib.contextmanager
    def step(self, text: str) -> Iterator[None]:
        """One step with the time that it took."""
        began = time.monotonic()
        try:
            yield
        except BaseException:
            self._print(f"[red]✗[/red] {escape(text)}")
            raise
        self._print(f"[green]✓[/green] {escape(text)} [dim]{time.monotonic() - began:.1f} s[/dim]")

    def note(self, text: str) -> None:
        self._print(f"[dim]•[/dim] {escape(text)}")

    def warn(self, text: str) -> None:
        self._print(f"[yellow]![/yellow] {time.strftime('%H:%M:%S')} {escape(text)}")

    def fail(self, text: str) -> None:
        self._print(f"\n[red]✗[/red] {escape(text)}")

    def addresses(self, stack: Stack, pairing_code: str) -> None:
        """Where everything is, and how to use it."""
        self._print("")
        self._print(_table(stack, pairing_code))
        self._print("\n[bold]In another terminal[/bold]:  . .local/client.env")
        if not stack.wiring.province:
            self._print("[bold]A first message[/bold], within seconds on the board Môi trường:")
            self._print(f"  {escape(_first_message(stack.ports.mqtt))}")
        self._print("[bold]The command line[/bold], a client of the gRPC API:")
        self._print("  .venv/bin/haidang --help")
        self._print(
            f"[bold]Logs[/bold]: {escape(str(stack.layout.processes))}, {escape(str(stack.layout.state))}"
        )
        self._print("[bold]Ctrl-C[/bold] ends everything.")

    def _print(self, what: object) -> None:
        with contextlib.suppress(OSError):  # the terminal was closed
            self._console.print(what)


def _table(stack: Stack, pairing_code: str) -> Table:
    ports, health = stack.ports, stack.ports.as_dict()
    table = Table(title="Hải Đăng", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column()
    table.add_row("Wall", f"http://{LOOPBACK}:{ports.wall}/?pair={pairing_code}  (once, within 15 minutes)")
    table.add_row("Operators", f"http://{LOOPBACK}:{ports.desk}/  (the token is in .local/token)")
    table.add_row("gRPC", f"{LOOPBACK}:{ports.grpc}, bearer token HAIDANG_TOKEN in .local/client.env")
    if stack.wiring.tls_folder is not None:
        table.add_row("gRPC, TLS", f"{LOOPBACK}:{ports.grpc_tls}, authority {stack.layout.authority}")
    table.add_row("Client", f"pip install --find-links http://{LOOPBACK}:{ports.wall}/client/ haidang-client")
    table.add_row("MQTT", f"{LOOPBACK}:{ports.mqtt}, user {DEMO_DEVICE}, HAIDANG_DEMO_PASSWORD there")
    if stack.mosquitto.tls_port is not None:
        table.add_row("MQTT, TLS", f"{LOOPBACK}:{ports.mqtt_tls}, authority {stack.layout.authority}")
    table.add_row(
        "Database", f"{LOOPBACK}:{ports.postgres}, {stack.store} {stack.postgres.installation.major}"
    )
    metrics = [f"{name:<9} http://{LOOPBACK}:{health[f'{name}_health']}/metrics" for name in stack.products]
    table.add_row("Metrics", "\n".join(metrics))
    return table


def _first_message(port: int) -> str:
    topic = f"ioc/v1/s0/devices/{DEMO_DEVICE}/telemetry"
    return (
        f'mosquitto_pub -h {LOOPBACK} -p {port} -u {DEMO_DEVICE} -P "$HAIDANG_DEMO_PASSWORD" '
        f"-q 1 -t {topic} -m '{{\"pm25\": 142.7}}'"
    )


def client_environment(stack: Stack) -> str:
    """Lines for `. .local/client.env`: what the command line, the examples and mosquitto_pub need."""
    values = {
        **client_settings(stack.wiring),
        "HAIDANG_MQTT_HOST": LOOPBACK,
        "HAIDANG_MQTT_PORT": str(stack.ports.mqtt),
        "HAIDANG_SIMULATOR_CREDENTIALS": str(stack.layout.device_credentials),
        "HAIDANG_DEMO_PASSWORD": stack.keys.mqtt_password(DEMO_DEVICE),
    }
    return "".join(f"export {name}='{value}'\n" for name, value in values.items())
