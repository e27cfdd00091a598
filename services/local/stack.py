"""What the local stack consists of, and the order in which it starts and ends."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from services.local import authority, mosquitto, postgres, rabbitmq, timescale
from services.local.account import Account, MissingRight, current_account, server_account
from services.local.environment import DATABASE, Wiring, role_dsns
from services.local.keys import Keys, load, write_private
from services.local.layout import Layout
from services.local.mosquitto import DEMO_DEVICE, GATEWAY_USER, MosquittoServer, password_hash
from services.local.ports import Ports
from services.local.postgres import Installation, PostgresServer
from services.local.product import ProductProcess
from services.local.rabbitmq import RabbitServer
from services.local.server import Server

SIMULATED = ("simulator", "office")
# The end goes through these one after the other; what stands together ends together.
END_ORDER: tuple[tuple[str, ...], ...] = (
    SIMULATED,
    ("gateway",),
    ("doorkeeper",),
    ("desk",),
    ("worker", "relay", "api", "hub", "collector"),
    ("rabbitmq", "mosquitto"),
    ("postgresql",),
)


@dataclass(frozen=True, slots=True)
class Stack:
    """Servers and product processes of one checkout, none of them started yet."""

    layout: Layout
    ports: Ports
    keys: Keys
    wiring: Wiring
    store: str
    postgres: PostgresServer
    rabbitmq: RabbitServer
    mosquitto: MosquittoServer
    products: Mapping[str, ProductProcess]

    def children(self) -> dict[str, Server]:
        """Everything that runs, by name."""
        servers: tuple[Server, ...] = (self.postgres, self.rabbitmq, self.mosquitto)
        return {server.name: server for server in servers} | dict(self.products)

    @property
    def store_folder_name(self) -> str:
        return self.postgres.folder.name

    def set_devices(self, devices: tuple[str, ...]) -> None:
        """Sees that every registered device gets an MQTT credential; those that have one keep theirs."""
        credentials = self.keys.mqtt_credentials((DEMO_DEVICE, *devices))
        own = {user: secret for user, secret in credentials.items() if user in (DEMO_DEVICE, *devices)}
        write_private(self.layout.device_credentials, json.dumps(own, indent=1) + "\n")
        seeds = "".join(f"{user}:{password_hash(secret)}\n" for user, secret in sorted(credentials.items()))
        write_private(self.layout.mqtt_seeds, seeds)


def compose(
    layout: Layout,
    ports: Ports,
    store: str,
    say: Callable[[str], None],
    province: str = "",
    simulated: bool = True,
) -> Stack:
    """The stack of a checkout. `store` is "", "postgres" or "timescale"; raises MissingRight.

    `province`: the code of a real one, else one is generated. `simulated`: devices and offices are played.
    """
    servers = server_account()
    installation = choose_installation(store, servers, say)
    keys = load(layout.secrets)
    flavour = "timescale" if installation.timescaledb else "postgresql"
    database = PostgresServer(
        layout.state / f"{flavour}-{installation.major}", servers, ports.postgres, keys.database, installation
    )
    broker = RabbitServer(
        layout.state / "rabbitmq", servers, ports.amqp, ports.amqp_dist, ports.epmd, keys.amqp
    )
    with_tls = authority.find_openssl() is not None
    wiring = Wiring(
        ports=ports,
        admin_dsn=database.dsn(DATABASE),
        dsns=role_dsns(ports.postgres, DATABASE, keys.roles),
        pseudonym_key=keys.pseudonyms,
        amqp_url=broker.url(),
        mqtt_credentials={GATEWAY_USER: keys.mqtt_password(GATEWAY_USER)},
        credentials_file=layout.device_credentials,
        page=layout.page,
        broker_folder=layout.state / "mosquitto",
        seed_file=layout.mqtt_seeds,
        tls_folder=layout.api_tls if with_tls else None,
        token_file=layout.token,
        office_token_file=layout.office_token,
        sources_folder=layout.sources,
        duty_folder=layout.duty,
        province=province,
        simulated=simulated,
    )
    us = current_account()
    return Stack(
        layout=layout,
        ports=ports,
        keys=keys,
        wiring=wiring,
        store=flavour,
        postgres=database,
        rabbitmq=broker,
        mosquitto=MosquittoServer(
            layout.state / "mosquitto", servers, ports.mqtt, None, ports.mqtt_tls if with_tls else None
        ),
        products=_products(layout, us, wiring),
    )


def _products(layout: Layout, account: Account, wiring: Wiring) -> dict[str, ProductProcess]:
    names = ["api", "hub", "desk", "gateway", "relay", "worker", "doorkeeper", "collector"]
    names += SIMULATED if wiring.simulated else []
    return {name: ProductProcess(name, layout.processes, account, wiring) for name in names}


def choose_installation(store: str, account: Account, say: Callable[[str], None]) -> Installation:
    """TimescaleDB when it is asked for or simply there; raises MissingRight when a server is missing."""
    for found, package in (
        (rabbitmq.find_server(), "rabbitmq-server"),
        (mosquitto.find_server(), "mosquitto"),
    ):
        if found is None:
            raise MissingRight(f"{package} is not installed; `make run` installs it")
    if store == "timescale":
        return timescale.installation(account, say)
    local = postgres.find_installation()
    if local is None:
        raise MissingRight("PostgreSQL 15 or newer is not installed; `make run` installs it")
    return local if store != "postgres" else local.without_timescaledb()
