"""The soak in its short form: everything that can go wrong goes wrong once, and nothing is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from services.local.account import Account
from services.local.postgres import Installation
from tests.faults.soak_faults import FAULTS
from tests.fixtures.processes import CHECKOUT
from tests.fixtures.servers import without

pytestmark = pytest.mark.both_stores

SEED = "1"


@pytest.mark.timeout(420)
def test_every_fault_once(store: str, server_user: Account, postgres_installation: Installation) -> None:
    """200 devices, 250 messages a second: acknowledged = stored, none twice, and the ledger balances."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.faults.soak", "--short", "--seed", SEED, "--store", store],
        cwd=CHECKOUT,
        env=os.environ | {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'protos/gen'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as soak:
        try:
            out, err = soak.communicate(timeout=330)
        except subprocess.TimeoutExpired:
            soak.terminate()  # it takes its servers down
            out, err = soak.communicate(timeout=60)
    print(out[-6000:], err[-3000:])
    assert soak.returncode == 0
    account = json.loads(out.splitlines()[-1])
    assert account["acknowledged"] == account["said"] == account["rows"] > 5000
    struck = set(account["faults"]) | set(account["not_tested"])
    assert struck == {fault.name for fault in FAULTS}
    if account["not_tested"]:
        without(f"these faults were not tested: {account['not_tested']}")
