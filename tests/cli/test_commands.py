"""The command line as a new user and as a script meet it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from dagster_project.settings import SETTINGS_FILE
from tests.builders import land, payment, payments
from tests.integration.runs import COMMAND


def _call(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([COMMAND, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command", ["run", "demo", "status", "rollback", "profiles", "tags", "ui", "docs"]
)
def test_every_command_explains_itself_and_takes_a_home(command: str) -> None:
    done = _call(command, "--help")
    assert done.returncode == 0
    assert "--home" in done.stdout


def test_the_help_of_a_run_says_in_both_languages_what_a_refit_is() -> None:
    said = " ".join(_call("run", "--help").stdout.replace("│", " ").split())
    assert "--refit" in said
    assert "重新拟合全部模型" in said


def test_the_profiles_are_listed_for_scripts(tmp_path: Path) -> None:
    listed = json.loads(_call("profiles", "--json", "--home", str(tmp_path)).stdout)
    names = {profile["name"] for profile in listed}
    assert {"electricity_households", "payment_diary", "standard_payments"} <= names


def test_the_status_balances(tmp_path: Path) -> None:
    land(tmp_path, {"payments_20250331.csv": payments(payment(1), payment(1), "x")})
    content = json.loads(_call("status", "--json", "--home", str(tmp_path)).stdout)
    [source] = content["sources"]
    assert content["is_balanced"]
    assert [source[name] for name in ("delivered", "loaded", "duplicate", "quarantined")] == [
        3, 1, 1, 1
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--deliveries", "nowhere"), "nowhere does not exist"),
        (("rollback",), "Nothing is published yet"),
        (("run",), "jiaofei demo"),
    ],
)
def test_an_error_is_one_line_that_says_what_to_do(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = _call(*arguments, "--home", str(tmp_path))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_profile_is_named_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "mine.yaml").write_text(
        "name: mine\nsource: payments\ndescription: {en: x, zh: x}\nfiles: '['\ncolumns: {}\n"
    )
    done = _call("profiles", "--home", str(tmp_path))
    assert done.returncode == 1
    assert "mine.yaml:4" in done.stderr
    assert "not a regular expression" in done.stderr


def test_an_unknown_setting_is_named(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_FILE).write_text("colour = 'red'\n")
    done = _call("status", "--home", str(tmp_path))
    assert done.returncode == 1
    assert "unknown setting 'colour'" in done.stderr
