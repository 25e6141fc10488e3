"""Going back to an earlier snapshot, and forgetting old ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.lib.publication.history import (
    PublicationError,
    current_snapshot,
    list_snapshots,
    prune,
    rollback,
)
from dagster_project.lib.publication.snapshot import publish
from dagster_project.lib.warehouse.connection import writer_lock
from dagster_project.settings import Settings
from tests.publication.warehouses import AS_OF, build, names, publish_generations, read_current


def test_rollback_goes_one_snapshot_back_at_a_time(tmp_path: Path) -> None:
    snapshots = publish_generations(tmp_path, 3)
    settings = Settings(home=tmp_path)
    assert rollback(settings) == snapshots[1]
    assert read_current(tmp_path) == {2}
    assert rollback(settings) == snapshots[0]
    with pytest.raises(PublicationError, match=snapshots[2].snapshot_id):
        rollback(settings)
    assert current_snapshot(settings) == snapshots[0]


def test_rollback_goes_to_a_named_snapshot_also_forward(tmp_path: Path) -> None:
    snapshots = publish_generations(tmp_path, 3)
    settings = Settings(home=tmp_path)
    assert rollback(settings, snapshots[0].snapshot_id) == snapshots[0]
    assert rollback(settings, snapshots[2].snapshot_id) == snapshots[2]
    assert read_current(tmp_path) == {3}


def test_rollback_to_an_unknown_snapshot_names_those_there_are(tmp_path: Path) -> None:
    [only] = publish_generations(tmp_path, 1)
    with pytest.raises(PublicationError, match=f"'nonesuch'.*{only.snapshot_id}"):
        rollback(Settings(home=tmp_path), "nonesuch")


@pytest.mark.parametrize("to", [None, "nonesuch"])
def test_rollback_before_the_first_publication_says_so(tmp_path: Path, to: str | None) -> None:
    with pytest.raises(PublicationError, match=r"Nothing is published|none"):
        rollback(Settings(home=tmp_path), to)


def test_rollback_does_not_wait_for_a_run(tmp_path: Path) -> None:
    snapshots = publish_generations(tmp_path, 2)
    settings = Settings(home=tmp_path)
    with writer_lock(settings):
        assert rollback(settings) == snapshots[0]


def test_publishing_after_a_rollback_is_current_again(tmp_path: Path) -> None:
    snapshots = publish_generations(tmp_path, 2)
    settings = Settings(home=tmp_path)
    rollback(settings)
    assert publish(settings, as_of=AS_OF) == snapshots[1]
    assert current_snapshot(settings) == snapshots[1]


def test_the_link_is_relative_so_that_a_home_can_be_moved(tmp_path: Path) -> None:
    [only] = publish_generations(tmp_path / "here", 1)
    (tmp_path / "here").rename(tmp_path / "there")
    assert str((tmp_path / "there/published/current").readlink()) == only.snapshot_id
    assert read_current(tmp_path / "there") == {1}


@pytest.mark.parametrize(("kept", "left"), [(2, [4, 5]), (1, [5]), (0, [5]), (9, [1, 2, 3, 4, 5])])
def test_the_last_snapshots_are_kept(tmp_path: Path, kept: int, left: list[int]) -> None:
    publish_generations(tmp_path, 5)
    settings = replace(Settings(home=tmp_path), snapshots_kept=kept)
    prune(settings)
    assert [snapshot.published_order for snapshot in list_snapshots(settings)] == left
    assert read_current(tmp_path) == {5}


def test_the_current_snapshot_is_kept_however_old(tmp_path: Path) -> None:
    snapshots = publish_generations(tmp_path, 4)
    settings = replace(Settings(home=tmp_path), snapshots_kept=1)
    rollback(settings, snapshots[0].snapshot_id)
    assert prune(settings) == [snapshot.snapshot_id for snapshot in snapshots[1:3]]
    assert names(tmp_path) == {"current", snapshots[0].snapshot_id, snapshots[3].snapshot_id}


def test_publishing_prunes(tmp_path: Path) -> None:
    for generation in range(1, 5):
        publish(replace(build(tmp_path, generation), snapshots_kept=2), as_of=AS_OF)
    assert [s.published_order for s in list_snapshots(Settings(home=tmp_path))] == [3, 4]
