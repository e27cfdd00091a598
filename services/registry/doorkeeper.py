"""The doorkeeper: brings credentials to the broker, and what the broker refused to the operators."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from services.registry import metrics, store_identity
from services.registry.broker_files import BrokerFiles, LogTail, remembered, to_remember
from services.registry.broker_log import Event, EventKind, Key, Reader, Tally, counted
from services.registry.doorkeeper_settings import DoorkeeperSettings
from services.registry.identity import password_lines, rights_lines
from services.registry.secret import seeds
from services.registry.watch import Listening, flooding, listen
from services.runtime.db import Connection, DatabaseError, Pool, transaction
from services.runtime.outcome import Unavailable

log = structlog.get_logger(__name__)

MEMORY = "doorkeeper.json"
LISTENING_FILE = "live/listening.conf"
RATE_OVER_S = 1.0
FLUSH_S = 1.0
REMEMBER_S = 5.0
FORGET_S = 3600.0
MOST_TALLIES = 20_000  # kept while the database is away


class Doorkeeper:
    """Call `turn` often. It raises nothing that passes by itself."""

    def __init__(self, settings: DoorkeeperSettings, pool: Pool) -> None:
        self._settings = settings
        self._pool = pool
        self._files = BrokerFiles(settings.folder)
        self._files.prepare()
        offset, users = remembered(self._files.read(MEMORY))
        self._tail = LogTail(settings.log_file, offset)
        self._reader = Reader(users=users)
        self._tallies: dict[Key, Tally] = {}
        self._version: str | None = None
        self._seeded_at: float | None = None  # modification time of the seed file
        self._listening = Listening(is_on=settings.listen, until=float("inf") if not settings.listen else 0.0)
        self._lines = 0
        self._due: dict[str, float] = {}
        self._looked_at = time.monotonic()
        self.trouble: str | None = "credentials are not read yet"
        self.flood_trouble: str | None = None

    def turn(self) -> bool:
        """One look at everything; True if there is more of the log to read at once."""
        changed = self._bring_credentials()
        self._read_log()
        changed |= self._adjust_listening()
        if self._files.tell(changed=changed):
            metrics.WRITES.inc()
            log.info("doorkeeper.broker_told", credentials=len(self._reader.kinds))
        self._every("flush", FLUSH_S, self._flush)
        self._every("remember", REMEMBER_S, self._remember)
        self._every("floods", self._settings.flood_check_s, self._look_for_floods)
        self._every("forget", FORGET_S, self._forget)
        return self._tail.is_behind

    def stop(self) -> None:
        """Nobody reads the log from now on, so the broker must not fill it."""
        self._flush()
        self._remember(anyway=True)
        self._files.write(LISTENING_FILE, "")
        self._files.tell(changed=True)

    def broker_trouble(self) -> str | None:
        """Readiness: None while the broker runs."""
        return None if self._files.broker() else "the broker does not run"

    def _every(self, name: str, seconds: float, do: Callable[[], None]) -> None:
        now = time.monotonic()
        if now >= self._due.get(name, 0.0):
            self._due[name] = now + seconds
            do()

    def _bring_credentials(self) -> bool:
        try:
            with transaction(self._pool) as connection:
                self._plant(connection)
                version = store_identity.credentials_version(connection)
                if version == self._version:
                    self.trouble = None
                    return False
                known = store_identity.credentials(connection)
        except Unavailable as error:
            self.trouble = f"database: {error}"
            return False
        # Rights before passwords: nobody is let in before it is known what he may do.
        changed = self._files.write("rights", rights_lines(known))
        changed |= self._files.write("passwords", password_lines(known))
        self._reader.kinds = {credential.username: credential.kind for credential in known}
        metrics.CREDENTIALS.set(sum(credential.state == "active" for credential in known))
        self._version, self.trouble = version, None
        return changed

    def _plant(self, connection: Connection) -> None:
        seed_file = self._settings.seed_file
        if seed_file is None or not seed_file.exists():
            return
        changed_at = seed_file.stat().st_mtime
        if changed_at != self._seeded_at:
            store_identity.sign(connection, "doorkeeper")
            added = store_identity.plant(connection, list(seeds(seed_file.read_text(encoding="utf-8"))))
            connection.commit()
            self._seeded_at = changed_at
            log.info("doorkeeper.seeded", credentials=added)

    def _read_log(self) -> None:
        lines = self._tail.lines()
        self._lines += len(lines)
        metrics.LINES.inc(len(lines))
        zone = datetime.now().astimezone().tzinfo
        assert zone is not None
        events = list(self._reader.read(lines, zone))
        for event in events:
            metrics.EVENTS.labels(event.kind).inc()
        self._count(*events)
        if self._tail.empty_if_large():
            self._remember(anyway=True)

    def _adjust_listening(self) -> bool:
        now = time.monotonic()
        elapsed = now - self._looked_at
        if self._settings.listen and elapsed >= RATE_OVER_S:
            was_on = self._listening.is_on
            self._listening = listen(self._listening, self._lines / elapsed, now)
            self._looked_at, self._lines = now, 0
            if not self._listening.is_on:
                self._count(self._event("not_watched"))
            if was_on != self._listening.is_on:
                log.warning("doorkeeper.listening", on=self._listening.is_on)
        metrics.LISTENING.set(self._listening.is_on)
        return self._files.write(LISTENING_FILE, "log_type debug\n" if self._listening.is_on else "")

    def _flush(self) -> None:
        if not self._tallies:
            return
        try:
            with transaction(self._pool) as connection:
                store_identity.add_events(connection, self._tallies)
        except Unavailable as error:
            self.trouble = f"database: {error}"
            while len(self._tallies) > MOST_TALLIES:
                del self._tallies[next(iter(self._tallies))]
                metrics.DROPPED.inc()
        else:
            self._tallies.clear()

    def _remember(self, *, anyway: bool = False) -> None:
        """What was read is remembered once it is stored: who is killed counts twice rather than never."""
        if anyway or not self._tallies:
            self._files.write(MEMORY, to_remember(self._tail.offset, self._reader.users))

    def _look_for_floods(self) -> None:
        settings, now = self._settings, datetime.now(UTC)
        try:
            with transaction(self._pool) as connection:
                excess = store_identity.excess(connection, now - timedelta(seconds=settings.flood_window_s))
                found = flooding(excess, settings.flood_readings, settings.flood_minutes)
                for device, readings in found.items():
                    self._suspend(connection, device, readings)
            self.flood_trouble = None
        except (Unavailable, DatabaseError) as error:  # whatever telemetry's tables are, the door stays kept
            self.flood_trouble = str(error)
            log.warning("doorkeeper.floods_unread", error=str(error))

    def _suspend(self, connection: Connection, device: str, readings: int) -> None:
        known = store_identity.credential(connection, device)
        if known is None or known.state != "active":
            return
        reason = f"flood: {readings} readings beyond its rate in {self._settings.flood_window_s:.0f} s"
        store_identity.sign(connection, "doorkeeper")
        store_identity.set_credential_state(connection, device, "suspended", reason)
        event = self._event("flooded", device)
        tallies: dict[Key, Tally] = {}
        counted([event], tallies)
        store_identity.add_events(
            connection, {key: tally._replace(times=readings) for key, tally in tallies.items()}
        )
        metrics.SUSPENDED.inc()
        metrics.EVENTS.labels("flooded").inc()
        log.warning("doorkeeper.suspended", device=device, readings=readings)

    def _forget(self) -> None:
        try:
            with transaction(self._pool) as connection:
                before = datetime.now(UTC) - timedelta(days=self._settings.kept_days)
                metrics.FORGOTTEN.inc(
                    store_identity.forget_events(connection, before, self._settings.kept_events)
                )
        except Unavailable as error:
            self.trouble = f"database: {error}"

    def _count(self, *events: Event) -> None:
        counted(events, self._tallies)

    def _event(self, kind: EventKind, username: str = "") -> Event:
        return Event(datetime.now(UTC), kind, username, "", "")
