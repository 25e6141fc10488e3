"""A build of one asset: dbt runs every test that reaches it, also those of unselected assets."""

from __future__ import annotations

import dagster as dg
import duckdb
import pytest

from dagster_project.lib.publication.history import current_snapshot
from dagster_project.settings import Settings
from tests.conftest import FIRST_DAY, write_payments

CHANNELS = dg.AssetKey(["data_processing", "channels"])  # referred to by tests of many tables


@pytest.fixture
def refreshed(home: Settings) -> Settings:
    """The home, built at least once."""
    from dagster_project.definitions import defs

    if current_snapshot(home) is None:
        write_payments(home, FIRST_DAY)
        with dg.DagsterInstance.get() as instance:
            defs.resolve_job_def("refresh").execute_in_process(
                instance=instance, partition_key=FIRST_DAY.isoformat()
            )
    return home


def test_one_asset_is_built_alone_with_the_tests_that_reach_it(refreshed: Settings) -> None:
    from dagster_project.definitions import defs

    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance, partition_key=FIRST_DAY.isoformat(), asset_selection=[CHANNELS]
        )
    assert result.success
    made = [e.materialization for e in result.all_events if e.is_step_materialization]
    assert [event.asset_key for event in made] == [CHANNELS]
    seed = refreshed.dbt_project / "seeds" / "channels.csv"
    rows = len(seed.read_text(encoding="utf-8").splitlines()) - 1
    assert made[0].metadata["dagster/row_count"].value == rows
    observed = {
        event.asset_observation_data.asset_observation.asset_key
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.ASSET_OBSERVATION
    }
    assert dg.AssetKey(["platform_support", "channel_months"]) in observed


def test_a_table_shows_its_pictures_where_there_is_something_to_be_seen(
    refreshed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster_project.definitions import defs

    def seen(_: object, schema: str, table: str, small: int) -> dict[str, str]:
        return {f"{schema}.{table} from {small} (图)": "![plot](data:)"}

    monkeypatch.setattr("dagster_project.lib.asset_pages.drawn", seen)
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance, partition_key=FIRST_DAY.isoformat(), asset_selection=[CHANNELS]
        )
    [made] = [e.materialization for e in result.all_events if e.is_step_materialization]
    title = f"data_processing.channels from {refreshed.small_cell_customers} (图)"
    assert made.metadata[title] == dg.MetadataValue.md("![plot](data:)")


def test_an_error_between_two_events_leaves_no_dbt_that_holds_the_warehouse(
    refreshed: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster_project.definitions import defs
    from dagster_project.lib import build

    def broken(event: object) -> None:
        raise ValueError("cannot read the event")

    monkeypatch.setattr(build, "_report", broken)
    with dg.DagsterInstance.get() as instance:
        result = defs.resolve_implicit_global_asset_job_def().execute_in_process(
            instance=instance,
            partition_key=FIRST_DAY.isoformat(),
            asset_selection=[CHANNELS],
            raise_on_error=False,
        )
    assert not result.success
    with duckdb.connect(str(refreshed.warehouse)) as connection:  # fails while another writes
        assert connection.execute("select 1").fetchall() == [(1,)]
