"""The start of the local stack, step by step."""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from services.display import store as walls
from services.display.settings import HubSettings
from services.display.walls import GIVEN_CODE
from services.display.walls_questions import letters
from services.local import authority
from services.local.checks import end_leftovers, require_free_ports
from services.local.environment import DATABASE, client_settings
from services.local.keys import write_private
from services.local.product import product_environment
from services.local.server import Server, StartFailed, kill_tree
from services.local.show import Screen, client_environment
from services.local.stack import SIMULATED, Stack
from services.registry.store import devices
from services.registry.store_tokens import token_by_hash
from services.runtime.db import SQL, connect, sql_identifier

TOKEN_NAME, OFFICE_NAME = "local", "office"
LOCAL_WALL, FIRST_BOARD = "Tường thử", "tong-quan"
SCOPES = (
    "alarms.define",
    "alarms.handle",
    "walls.read",
    "walls.operate",
    "alarms.read",
    "areas.read",
    "areas.staff",
    "areas.write",
    "registry.read",
    "registry.write",
    "registry.operate",
    "telemetry.read",
    "telemetry.operate",
    "telemetry.command",
    "telemetry.write",
    "records.read",
    "records.write",
    "records.approve",
    "indicators.define",
    "indicators.read",
)
OFFICE_SCOPES = ("records.read", "records.write")
_TASK_LIMIT_S = 120.0
_STAMPED = "province "  # of what was simulated, and its code; none for the generated one


class Starter:
    """Starts a stack; `tick` is called often and raises when it is time to give up.

    `map_file`: applied before anything is simulated; "": the centre's map stays.
    """

    def __init__(self, stack: Stack, screen: Screen, tick: Callable[[], None], map_file: str = "") -> None:
        self.stack = stack
        self.screen = screen
        self.tick = tick
        self._map_file = map_file
        self._registered: tuple[str, ...] | None = None  # none yet, not even that there are none

    def start(self) -> None:
        """All steps; raises StartFailed, PortTaken, or what `tick` raises."""
        stack = self.stack
        self.keep_apart()
        end_leftovers(stack, self.screen.warn)
        require_free_ports(stack)
        with self.screen.step(f"{stack.store}: data in {stack.postgres.data}"):
            for server in (stack.postgres, stack.mosquitto, stack.rabbitmq):
                server.launch()  # side by side: RabbitMQ alone takes some seconds
            self._wait(stack.postgres)
        self._prepare_tls()
        with self.screen.step("database: roles, tables, rights"):
            self._make_database()
            self._task("migrate")
        self._prepare_tokens()
        self._launch("api")
        if self._map_file or (self._simulated and not self._is_provisioned()):
            with self.screen.step("api"):
                self._wait(stack.products["api"])
            self._apply_map()
            self._provision()
        self._launch("doorkeeper", "hub", "desk", "gateway", "relay", "worker", "collector")
        self._finish()

    def _finish(self) -> None:
        stack = self.stack
        with self.screen.step("mosquitto: a credential for each device"):
            self._wait(stack.mosquitto)
            self.give_credentials()
            self._wait(stack.products["doorkeeper"])
        for name in ("hub", "api", "desk", "gateway"):
            with self.screen.step(name):
                self._wait(stack.products[name])
        simulated = SIMULATED if self._simulated else ()
        self._launch(*simulated)
        with self.screen.step("rabbitmq"):
            self._wait(stack.rabbitmq)
        for name in ("relay", "worker", "collector", *simulated):
            with self.screen.step(name):
                self._wait(stack.products[name])

    def _wait(self, child: Server) -> None:
        child.wait_ready(self.tick)

    def _launch(self, *names: str) -> None:
        for name in names:
            self.stack.products[name].launch()

    def _make_database(self) -> None:
        with connect(self.stack.postgres.dsn(), "supervisor", autocommit=True) as admin:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                admin.execute(SQL("CREATE DATABASE {}").format(sql_identifier(DATABASE)))

    def pairing_code(self) -> str:
        """A code by which one screen becomes the local wall, which shows all boards by turns."""
        boards = [file.stem for file in sorted(HubSettings().boards.glob("*.json"))]
        boards.sort(key=lambda board: board != FIRST_BOARD)
        now = datetime.now(UTC)
        with connect(self.stack.wiring.dsns["display"], "supervisor") as connection:
            there = [wall.wall for wall in walls.walls(connection) if wall.name == LOCAL_WALL]
            wall = there[0] if there else walls.add_wall(connection, LOCAL_WALL, boards, 30, "vi").wall
            while not walls.put_code(connection, code := letters(GIVEN_CODE), now, wall):
                pass
        return code

    def _prepare_tokens(self) -> None:
        """As long as the database lives; people find a copy of the administrator's in .local/token."""
        layout = self.stack.layout
        write_private(layout.token, self._token(TOKEN_NAME, SCOPES, "a token for the local administrator"))
        if self._simulated:
            office = self._token(OFFICE_NAME, OFFICE_SCOPES, "a token for the simulated office")
            write_private(layout.office_token, office)
        write_private(layout.client, client_environment(self.stack))

    def _token(self, name: str, scopes: Sequence[str], step: str) -> str:
        """The one that is kept, or a new one."""
        rights = hashlib.sha256(" ".join(scopes).encode()).hexdigest()[:8]  # new scopes, new token
        kept = self.stack.layout.state / f"{self.stack.store_folder_name}.{rights}.token"
        if not self._stands(kept):
            with self.screen.step(step):
                words = [word for scope in scopes for word in ("--scope", scope)]
                secret = self._task("token", "create", name, "--replace", *words).strip()
                write_private(kept, f"{secret}\n")
        return kept.read_text(encoding="utf-8")

    def _stands(self, kept: Path) -> bool:
        """False also for a secret that somebody exchanged or ended."""
        if not kept.exists():
            return False
        sha256 = hashlib.sha256(kept.read_text(encoding="utf-8").strip().encode()).digest()
        with connect(self.stack.wiring.dsns["registry"], "supervisor") as connection:
            token = token_by_hash(connection, sha256)
        return token is not None and token.revoked_at is None

    @property
    def _simulated(self) -> bool:
        return self.stack.wiring.simulated

    @property
    def _provision_stamp(self) -> Path:
        return self.stack.layout.state / f"{self.stack.store_folder_name}.provisioned"

    def keep_apart(self) -> None:
        """What was simulated is not shown as if it was real, nor beside another province."""
        stamp, province = self._provision_stamp, self.stack.wiring.province
        if not stamp.exists():
            return
        first = stamp.read_text(encoding="utf-8").partition("\n")[0]
        simulated = first.removeprefix(_STAMPED) if first.startswith(_STAMPED) else ""
        if not self._simulated or simulated != province:
            whose = f"province {simulated}" if simulated else "a generated province"
            raise StartFailed(
                f"This checkout's {self.stack.store} has simulated data of {whose}. Take another checkout or "
                "STORE for other data, or remove all of it with `make clean`."
            )

    def _is_provisioned(self) -> bool:
        """A real province always is anew: its map may be another."""
        stamp = self._provision_stamp
        known = stamp.read_text(encoding="utf-8") if stamp.exists() else ""
        return not self.stack.wiring.province and known == self._fingerprint()

    def _apply_map(self) -> None:
        if self._map_file:
            with self.screen.step(f"the map of {self._map_file}"):
                client = dict(os.environ) | client_settings(self.stack.wiring)
                self._run("services.cli", client, "areas", "apply", self._map_file)

    def _provision(self) -> None:
        if self._simulated and not self._is_provisioned():
            with self.screen.step("what is simulated: areas, agencies and devices"):
                self._task("simulator", "provision")
            self._provision_stamp.write_text(self._fingerprint(), encoding="utf-8")

    def _fingerprint(self) -> str:
        """Another province is provisioned when its code or its settings change."""
        return f"{_STAMPED}{self.stack.wiring.province}\n{_simulation()}"

    def give_credentials(self) -> None:
        """A credential for each registered device, by way of the doorkeeper."""
        with connect(self.stack.wiring.dsns["registry"], "supervisor") as connection:
            registered = tuple(device.device for device in devices(connection))
        if registered != self._registered:
            self.stack.set_devices(registered)
            self._registered = registered

    def _prepare_tls(self) -> None:
        """The broker's authority signs for the API too, and people find its certificate."""
        broker = self.stack.mosquitto
        if broker.tls_port is not None:
            authority.issue(broker.authority_file.parent, self.stack.layout.api_tls)
            certificate = broker.authority_file.read_text(encoding="ascii")
            self.stack.layout.authority.write_text(certificate, encoding="ascii")

    def _task(self, process: str, *arguments: str) -> str:
        """Run `python -m services …` to its end and return what it printed; raises StartFailed."""
        environment = product_environment(self.stack.wiring, process)
        return self._run("services", environment, process, *arguments)

    def _run(self, module: str, environment: Mapping[str, str], *arguments: str) -> str:
        task = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.stack.layout.checkout,
            env=environment,
            start_new_session=True,
        )
        try:
            return self._follow(task, " ".join(arguments[:2]))
        finally:
            kill_tree(task.pid)

    def _follow(self, task: "subprocess.Popen[str]", name: str) -> str:
        deadline = time.monotonic() + _TASK_LIMIT_S
        while time.monotonic() < deadline:
            self.tick()
            try:
                output, errors = task.communicate(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            if task.returncode != 0:
                tail = "\n".join((output + errors).splitlines()[-15:])
                raise StartFailed(f"`{name}` failed:\n{tail}")
            return output
        raise StartFailed(f"`{name}` did not end in {_TASK_LIMIT_S:.0f} s")


def _simulation() -> str:
    """What decides what is simulated: code and settings."""
    digest = hashlib.sha256()
    for file in sorted((Path(__file__).parents[1] / "simulator").rglob("*.py")):
        digest.update(file.read_bytes())
    chosen = sorted(item for item in os.environ.items() if item[0].startswith("HAIDANG_SIMULATOR_"))
    return digest.hexdigest() + repr(chosen)
