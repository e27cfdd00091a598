"""What an install may change on a machine, and that it is put back."""

from pathlib import Path

import pytest

from services.local.bootstrap import packages
from services.local.bootstrap.apt_install import no_cluster, nothing_starts
from services.local.bootstrap.packages import Need
from services.local.bootstrap.steps import CannotGoOn, fingerprint, is_stamped, set_stamp


def test_services_are_forbidden_to_start_and_nothing_stays_behind(tmp_path: Path) -> None:
    policy, kept = tmp_path / "policy-rc.d", tmp_path / "kept"
    with nothing_starts(policy, kept):
        assert "exit 101" in policy.read_text()
        assert policy.stat().st_mode & 0o111
    assert list(tmp_path.iterdir()) == []


def test_a_policy_that_was_there_is_put_back_even_after_a_failure(tmp_path: Path) -> None:
    policy, kept = tmp_path / "policy-rc.d", tmp_path / "kept"
    policy.write_text("the owner's own")

    def failing_install() -> None:
        with nothing_starts(policy, kept):
            assert "exit 101" in policy.read_text()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing_install()
    assert policy.read_text() == "the owner's own"
    assert not kept.exists()


def test_no_database_cluster_is_made_meanwhile(tmp_path: Path) -> None:
    setting = tmp_path / "postgresql-common/createcluster.d/haidang.conf"
    with no_cluster(setting):
        assert setting.read_text() == "create_main_cluster = false\n"
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_installed_when_nothing_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "run", lambda *_args, **_more: pytest.fail("ran apt"))
    packages.install([Need("mosquitto", "because", lambda: True)])


def test_without_root_and_sudo_the_command_to_type_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(packages, "has_command", lambda name: lambda: name == "apt-get")
    with pytest.raises(CannotGoOn, match="apt-get install mosquitto"):
        packages.install([Need("mosquitto", "because", lambda: False)])


def test_a_stamp_holds_until_an_input_changes(tmp_path: Path) -> None:
    source, stamp = tmp_path / "source", tmp_path / "made/stamp"
    source.write_text("1")
    set_stamp(stamp, fingerprint([source]))
    assert is_stamped(stamp, fingerprint([source]))
    source.write_text("2")
    assert not is_stamped(stamp, fingerprint([source]))
