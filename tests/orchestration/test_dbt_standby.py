"""A dbt that waits for its command: what it obeys, when it is not used, and when it ends."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

import pytest

from dagster_project.lib import dbt_standby
from dagster_project.lib.dbt_project import dbt_project, fingerprint
from dagster_project.lib.dbt_standby import Standby, standing_by, take
from dagster_project.settings import Settings

COMMAND = ["list", "--select", "channels", "--resource-type", "seed"]


@pytest.fixture
def waiting(home: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """A process in the place of a dbt that waits to build."""
    process = subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    dbt_standby._waiting[:] = [Standby(process, home.dbt_build, [], fingerprint(home))]
    yield process
    dbt_standby._dismiss()
    with process:
        process.kill()


def test_it_runs_the_command_as_dbt_does_and_is_gone_afterwards(home: Settings) -> None:
    dbt_project()
    with standing_by(home, []):
        process = take(home, home.dbt_build, [], COMMAND)
        assert process
        assert process.stdout
        printed = process.stdout.read()
        assert process.wait() == 0, printed
        assert take(home, home.dbt_build, [], COMMAND) is None
    assert b"jiaofei.channels" in printed


def test_it_ends_with_the_run_whether_or_not_it_has_a_command(home: Settings) -> None:
    dbt_project()
    for command, code in ((None, 0), (COMMAND, 1)):
        with standing_by(home, []):
            (standby,) = dbt_standby._waiting
            process = standby.process
            if command:
                assert take(home, home.dbt_build, [], command) is process
            assert process.stdin
            process.stdin.close()  # as the kernel does when a run is killed
            assert process.wait(timeout=120) == code


@pytest.mark.parametrize("other", ["target", "options", "code"])
def test_one_that_was_started_for_something_else_is_not_used(
    home: Settings, waiting: subprocess.Popen[bytes], other: str
) -> None:
    if other == "code":
        dbt_standby._waiting[0].code = "of other files"
    target = home.dbt_build_fitted if other == "target" else home.dbt_build
    options = ["--vars", "{}"] if other == "options" else []
    assert take(home, target, options, COMMAND) is None
    assert (waiting.poll() is None) is (other == "target")  # that one's build is still to come


def test_one_that_has_died_is_not_used(home: Settings, waiting: subprocess.Popen[bytes]) -> None:
    waiting.kill()
    waiting.wait()
    assert take(home, home.dbt_build, [], COMMAND) is None


def test_the_next_one_is_for_the_build_that_comes_next(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    dbt_project()
    with monkeypatch.context() as unparsed:
        unparsed.setattr(dbt_standby, "is_parsed", lambda settings: False)
        with standing_by(home, []):  # a first run: the project is yet to be parsed
            assert not dbt_standby._waiting
            unparsed.undo()
            dbt_standby.start_next(home, [], done=home.dbt_build)
            assert [one.target for one in dbt_standby._waiting] == [home.dbt_build_fitted]
            dbt_standby.start_next(home, [], done=home.dbt_build_fitted)
            assert len(dbt_standby._waiting) == 1
    assert not dbt_standby._waiting
