"""One server as a child process: start, wait until ready, stop, kill, and find a leftover of ours."""

import json
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypedDict

import psutil

from services.local.account import Account

_POLL_S = 0.05
_LOG_TAIL_LINES = 15
LARGEST_LOG = 64 * 2**20  # bytes


class Identity(TypedDict, total=False):
    """Arguments of subprocess that change the user."""

    user: int
    group: int
    extra_groups: list[int]


class StartFailed(Exception):
    """A server ended before it was ready, or was not ready in time; carries the end of its log."""


class Server(ABC):
    """A server with a private folder, run as `account`; subclasses know one product each."""

    name: str
    start_timeout_s: float = 60.0
    stop_timeout_s: float = 30.0
    stop_signal: signal.Signals = signal.SIGTERM
    needs_terminal: bool = False  # sudo remembers a password by terminal

    def __init__(self, folder: Path, account: Account) -> None:
        self.folder = folder
        self.account = account
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def prepare(self) -> None:
        """Write configuration and make data folders; safe to repeat."""

    @abstractmethod
    def command(self) -> list[str]:
        """The command line of the server, in the foreground."""

    @abstractmethod
    def is_ready(self) -> bool:
        """True once clients can do real work."""

    def environment(self) -> dict[str, str]:
        """Nothing of ours leaks into the servers: neither locale nor PG*, RABBITMQ_* variables."""
        path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        return {"PATH": path, "LANG": "C.UTF-8", "HOME": str(self.folder)}

    def working_folder(self) -> Path:
        """Where it runs."""
        return self.folder

    @property
    def log_file(self) -> Path:
        return self.folder / f"{self.name}.log"

    @property
    def pid(self) -> int | None:
        """Process id of the server itself while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    @property
    def is_running(self) -> bool:
        return self.pid is not None

    def start(self) -> None:
        """Start and return once the server is ready; raises StartFailed."""
        self.launch()
        self.wait_ready()

    @property
    def exit_status(self) -> int | None:
        """How it ended; None while it runs or before its first start."""
        return self._process.poll() if self._process else None

    def launch(self) -> None:
        """Start without waiting, so that several servers can start side by side."""
        if self.is_running:
            return
        self.account.own_folder(self.folder)
        self.reclaim()
        self.prepare()
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.working_folder(),
                env=self.environment(),
                # A Ctrl-C in the terminal is ours to pass on, in order.
                start_new_session=not self.needs_terminal,
                process_group=0 if self.needs_terminal else None,
                **self._identity(),
            )
        self._remember(self._process.pid)

    def _identity(self) -> Identity:
        if self.account.is_us:
            return {}
        return {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}

    def wait_ready(self, tick: Callable[[], None] = lambda: None) -> None:
        """Poll until ready; raises StartFailed with the end of the server's log, or what `tick` raises."""
        deadline = time.monotonic() + self.start_timeout_s
        while time.monotonic() < deadline:
            if not self.is_running:
                raise StartFailed(f"{self.name} ended while starting:\n{self.log_tail()}")
            if self.is_ready():
                self._remember(self.pid or 0)  # behind sudo, the server is not the process that we started
                return
            tick()
            time.sleep(_POLL_S)
        self.kill()
        raise StartFailed(f"{self.name} was not ready in {self.start_timeout_s:.0f} s:\n{self.log_tail()}")

    def ask_to_stop(self) -> None:
        """Send the signal to end, without waiting."""
        pid = self.pid
        if pid is not None:
            _signal(pid, self.stop_signal)

    def stop(self) -> None:
        """End in order; kill what has not ended in time."""
        self.ask_to_stop()
        self.wait_stopped()

    def wait_stopped(self) -> None:
        """The second half of stop(): kill what does not end in time."""
        if self.is_running and not self._wait_gone(self.stop_timeout_s):
            self.kill()
        if self._process is not None:
            self._forget()

    def kill(self) -> None:
        """SIGKILL the server and its children, as a power cut would."""
        if self._process is not None:
            for pid in filter(None, dict.fromkeys((self.pid, self._process.pid))):  # behind sudo they are two
                kill_tree(pid)
            self._wait_gone(10.0)
            self._forget()

    def pause(self) -> None:
        """Freeze the server: it accepts connections and answers nothing."""
        for process in _tree(self.pid):
            process.suspend()

    def resume(self) -> None:
        """Undo pause()."""
        for process in _tree(self.pid):
            process.resume()

    def bound_log(self) -> None:
        """Empty a log that has grown large; it is written at its end, wherever that is."""
        with suppress(OSError):
            if self.log_file.stat().st_size > LARGEST_LOG:
                os.truncate(self.log_file, 0)

    def log_tail(self) -> str:
        """The last lines of the server's log."""
        try:
            lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "(no log)"
        return "\n".join(lines[-_LOG_TAIL_LINES:])

    def reclaim(self) -> bool:
        """Stop a leftover of an earlier start that was killed; True if there was one.

        Only a process with the id and the start time that we wrote down is ours.
        """
        if self.is_running:
            return False
        leftover = self._leftover()
        if leftover is None:
            self._forget()
            return False
        kill_tree(leftover.pid, first=self.stop_signal, patience_s=self.stop_timeout_s)
        self._forget()
        return True

    def _wait_gone(self, timeout_s: float) -> bool:
        if self._process is None:
            return True
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    @property
    def _pid_file(self) -> Path:
        return self.folder / f"{self.name}.process"

    def _remember(self, pid: int) -> None:
        try:
            started = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return
        self._pid_file.write_text(json.dumps({"pid": pid, "started": started}), encoding="utf-8")

    def _forget(self) -> None:
        self._pid_file.unlink(missing_ok=True)

    def _leftover(self) -> psutil.Process | None:
        try:
            noted = json.loads(self._pid_file.read_text(encoding="utf-8"))
            return same_process(int(noted["pid"]), float(noted["started"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None


def same_process(pid: int, started: float) -> psutil.Process | None:
    """The process with this id, if it is the one that started then (ids are used again)."""
    try:
        process = psutil.Process(pid)
        return process if abs(process.create_time() - started) < 1.0 and _is_alive(process) else None
    except psutil.Error:
        return None


def kill_tree(pid: int, first: signal.Signals | None = None, patience_s: float = 0.0) -> None:
    """End a process and all its descendants; with `first`, politely before SIGKILL."""
    tree = _tree(pid)
    if first is not None and tree:
        _signal(pid, first)
        _wait_all_gone(tree, patience_s)
    for process in tree:
        if _is_alive(process):
            _signal(process.pid, signal.SIGKILL)
    _wait_all_gone(tree, timeout_s=10)


def _wait_all_gone(processes: list[psutil.Process], timeout_s: float) -> None:
    deadline = time.monotonic() + timeout_s
    while any(map(_is_alive, processes)) and time.monotonic() < deadline:
        time.sleep(_POLL_S)


def _is_alive(process: psutil.Process) -> bool:
    """A zombie holds nothing any more; who has to reap it may take its time."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _tree(pid: int | None) -> list[psutil.Process]:
    if pid is None:
        return []
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _signal(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return  # gone, or sudo's own process, which ends with its child
