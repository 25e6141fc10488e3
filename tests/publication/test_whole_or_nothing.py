"""A reader meets whole snapshots only, whatever becomes of the process that writes."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dagster_project.lib.publication import snapshot
from dagster_project.lib.publication.history import PublicationError, current_snapshot
from tests.publication.warehouses import (
    AS_OF,
    PROJECT_ROOT,
    build,
    execute,
    names,
    publish_in_process,
    read_current,
)

STEPS = ["copy_tables", "write_workbook", "_seal", "switch"]
READER = """
import sys
from pathlib import Path
from tests.publication.warehouses import read_current

home, seen = Path(sys.argv[1]), []
print("ready", flush=True)
while not (home / "stop").exists():
    seen.append(read_current(home))
assert all(len(generations) == 1 for generations in seen), seen
flat = [generation for [generation] in seen]
assert flat == sorted(flat), flat
print(len(set(flat)), flush=True)
"""


def test_a_reader_that_polls_sees_one_generation_at_a_time(tmp_path: Path) -> None:
    settings = build(tmp_path, 1)
    snapshot.publish(settings, as_of=AS_OF)
    command = [sys.executable, "-c", READER, str(tmp_path)]
    with subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
        for generation in range(2, 12):
            snapshot.publish(build(tmp_path, generation), as_of=AS_OF)
        (tmp_path / "stop").touch()
        output, errors = reader.communicate(timeout=60)
    assert reader.returncode == 0, errors
    assert int(output) > 2


@pytest.mark.parametrize("step", STEPS)
def test_a_publication_killed_before_or_in_a_step_changes_nothing_for_readers(
    tmp_path: Path, step: str
) -> None:
    first = snapshot.publish(build(tmp_path, 1), as_of=AS_OF)
    settings = build(tmp_path, 2)
    kill = f"snapshot.{step} = lambda *values: os.kill(os.getpid(), signal.SIGKILL)"
    assert publish_in_process(tmp_path, kill).returncode == -9
    assert current_snapshot(settings) == first
    assert read_current(tmp_path) == {1}
    second = snapshot.publish(settings, as_of=AS_OF)
    assert read_current(tmp_path) == {2}
    assert names(tmp_path) == {"current", first.snapshot_id, second.snapshot_id}


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_leaves_the_old_snapshot_and_nothing_half_written(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = snapshot.publish(build(tmp_path, 1), as_of=AS_OF)
    settings = build(tmp_path, 2)

    def full(*values: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(snapshot, step, full)
    with pytest.raises(PublicationError, match=r"disk is full.*still is"):
        snapshot.publish(settings, as_of=AS_OF)
    assert current_snapshot(settings) == first
    assert not [name for name in names(tmp_path) if name.startswith(".")]


@pytest.mark.parametrize(
    ("case", "content"),
    [
        ("DuckDB", "select md5(i::varchar) as text, i as generation from range(200000) as t(i)"),
        ("Excel", "select 'the same' as text, 1 as generation from range(100000)"),
    ],
)
def test_a_file_that_cannot_grow_is_a_full_disk(tmp_path: Path, case: str, content: str) -> None:
    first = snapshot.publish(build(tmp_path, 1), as_of=AS_OF)
    settings = build(tmp_path, 2)
    execute(settings, f"create table business_application.large as {content}")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))"
    ended = publish_in_process(tmp_path, limit)
    assert ended.returncode == 1
    assert "PublicationError: The disk is full" in ended.stderr
    assert names(tmp_path) == {"current", first.snapshot_id}
    assert read_current(tmp_path) == {1}
    snapshot.publish(settings, as_of=AS_OF)
    assert read_current(tmp_path) == {2}
