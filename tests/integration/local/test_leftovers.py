"""A supervisor that was killed leaves children; the next one ends them, and only them."""

import signal
import subprocess
import sys
from pathlib import Path

from services.local.account import current_account
from services.local.server import Server

_PROGRAM = [sys.executable, "-c", "import signal; print('up', flush=True); signal.pause()"]


class Sleeper(Server):
    """A server that does nothing."""

    name = "sleeper"

    def prepare(self) -> None:
        """Nothing to prepare."""

    def command(self) -> list[str]:
        return _PROGRAM

    def is_ready(self) -> bool:
        return "up" in self.log_tail()


def test_a_leftover_is_found_and_ended(tmp_path: Path) -> None:
    killed = Sleeper(tmp_path, current_account())
    killed.start()
    process = killed._process
    assert process is not None

    following = Sleeper(tmp_path, current_account())
    assert following.reclaim()
    assert process.wait(5) == -signal.SIGTERM
    assert not following.reclaim()


def test_a_stranger_that_got_the_same_process_id_is_left_alone(tmp_path: Path) -> None:
    stranger = subprocess.Popen(_PROGRAM, stdout=subprocess.DEVNULL)
    try:
        (tmp_path / "sleeper.process").write_text(f'{{"pid": {stranger.pid}, "started": 1.0}}')
        assert not Sleeper(tmp_path, current_account()).reclaim()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_stop_forgets(tmp_path: Path) -> None:
    server = Sleeper(tmp_path, current_account())
    server.start()
    server.stop()
    assert server.exit_status == -signal.SIGTERM
    assert not (tmp_path / "sleeper.process").exists()


def test_a_half_written_note_is_no_reason_to_fail(tmp_path: Path) -> None:
    (tmp_path / "sleeper.process").write_text('{"pid": 1')
    assert not Sleeper(tmp_path, current_account()).reclaim()
