"""As an operator types them: the processes that other tests start warm (tests/fixtures/warm.py)."""

from pathlib import Path

from tests.fixtures.processes import Processes
from tests.fixtures.stack import Stack
from tests.fixtures.warm import PARTS


def test_processes_that_are_typed_become_ready_and_end_when_they_are_told(
    stack: Stack, tmp_path: Path
) -> None:
    typed = Stack(stack.wiring, Processes(tmp_path))
    running = [typed.launch(name) for name in PARTS]
    try:
        for process in running:
            process.wait_ready(60)
        assert [process.stop() for process in running] == [0] * len(PARTS)
    finally:
        for process in running:
            if process.is_alive:
                process.kill()
