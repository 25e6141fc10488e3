"""``jiaofei demo`` writes once, goes on after an interruption, and removes nobody's files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dagster_project.cli import demo
from dagster_project.cli.main import commands

SMALL = ("demo", "--customers", "100", "--months", "4")


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of customers for which a province was written."""
    calls: list[int] = []

    def write(folder: Path, truth: Path, *, customers: int, **_: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"payments_{customers}.csv").touch()
        calls.append(customers)

    monkeypatch.setattr(demo, "write_province", write)
    return calls


def _call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(commands, [*arguments, "--home", str(home)])


def test_the_same_demo_is_written_once(tmp_path: Path, written: list[int]) -> None:
    assert _call(tmp_path, *SMALL).exit_code == 0
    again = _call(tmp_path, *SMALL)
    assert (again.exit_code, written) == (0, [100])
    assert "there already" in again.stderr
    assert _call(tmp_path, *SMALL, "--force").exit_code == 0
    assert written == [100, 100]


def test_an_interrupted_demo_is_written_to_its_end(
    tmp_path: Path, written: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = demo.write_province

    def interrupted(*values: Any, **named: Any) -> None:
        write(*values, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "write_province", interrupted)
    assert _call(tmp_path, *SMALL).exit_code != 0
    monkeypatch.setattr(demo, "write_province", write)
    assert _call(tmp_path, *SMALL).exit_code == 0
    assert written == [100, 100]
    assert json.loads((tmp_path / demo.MARK).read_text())["is_complete"]


def test_another_demo_replaces_one_only_when_told(tmp_path: Path, written: list[int]) -> None:
    _call(tmp_path, *SMALL)
    other = ("demo", "--customers", "200", "--months", "4")
    refused = _call(tmp_path, *other)
    assert isinstance(refused.exception, FileExistsError)
    assert "demo of 100 customers" in str(refused.exception)
    assert _call(tmp_path, *other, "--force").exit_code == 0
    names = {path.name for path in (tmp_path / "deliveries").iterdir()}
    assert names == {"payments_200.csv"}


@pytest.mark.parametrize("force", [[], ["--force"]])
def test_real_deliveries_are_never_removed(
    tmp_path: Path, written: list[int], force: list[str]
) -> None:
    mine = tmp_path / "deliveries" / "payments_20250331.csv"
    mine.parent.mkdir()
    mine.touch()
    refused = _call(tmp_path, *SMALL, *force)
    assert isinstance(refused.exception, FileExistsError)
    assert mine.exists()
    assert written == []
