"""The three ways of use: the webserver's GraphQL, the sensor and the schedule, the dbt docs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import dagster as dg
import duckdb
import pytest

from dagster_project.lib.dbt_docs import generate_docs
from dagster_project.lib.publication.history import DATABASE, current_snapshot
from dagster_project.settings import Settings
from tests.conftest import FIRST_DAY, write_payments
from tests.orchestration.webserver import (
    LAUNCH,
    dagster_dev,
    launch_parameters,
    post,
    status_when_ended,
    wait_until_loaded,
)

SECOND_DAY = FIRST_DAY + timedelta(days=1)


def _published_payments(settings: Settings) -> int:
    snapshot = current_snapshot(settings)
    assert snapshot is not None
    with duckdb.connect(str(snapshot.path / DATABASE), read_only=True) as connection:
        rows = connection.execute(
            "select sum(payments) from business_application.channel_efficiency"
        ).fetchall()
    return int(rows[0][0])


def _run_requested(request: dg.RunRequest, job: str = "refresh") -> dg.ExecuteInProcessResult:
    """Run what a tick asked for, as the daemon would."""
    from dagster_project.definitions import defs

    with dg.DagsterInstance.get() as instance:
        return defs.resolve_job_def(job).execute_in_process(
            instance=instance, partition_key=request.partition_key, tags=dict(request.tags)
        )


def _look(home: Settings, cursor: str | None = None) -> dg.SensorResult | dg.SkipReason:
    """Evaluate the sensor; definitions are imported once the process's home is known."""
    from dagster_project.defs.resources import HomeResource
    from dagster_project.defs.sensors import refresh_when_files_arrive

    context = dg.build_sensor_context(
        cursor=cursor, resources={"home": HomeResource(home=str(home.home))}
    )
    found = refresh_when_files_arrive(context)
    assert isinstance(found, dg.SensorResult | dg.SkipReason)
    return found


def _tick(schedule: str, moment: datetime) -> dg.RunRequest:
    """The one run that the schedule asks for at the moment."""
    from dagster_project.definitions import defs

    context = dg.build_schedule_context(
        scheduled_execution_time=moment, repository_def=defs.get_repository_def()
    )
    [request] = defs.resolve_schedule_def(schedule).evaluate_tick(context).run_requests or []
    return request


@pytest.fixture
def webserver(home: Settings) -> Iterator[str]:
    """Address of `dagster dev` on a free port of the loopback."""
    with dagster_dev(home) as address:
        yield address


def test_a_materialisation_launched_through_graphql_publishes(
    home: Settings, webserver: str
) -> None:
    write_payments(home, FIRST_DAY)
    wait_until_loaded(webserver)
    launched = post(webserver, LAUNCH, {"parameters": launch_parameters(FIRST_DAY.isoformat())})
    assert launched["launchPipelineExecution"]["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["launchPipelineExecution"]["run"]["runId"]
    assert status_when_ended(webserver, run_id) == "SUCCESS"
    assert _published_payments(home) == 20


def test_the_sensor_takes_no_file_that_is_still_being_written(home: Settings) -> None:
    path = write_payments(home, SECOND_DAY, count=3)
    first = _look(home)
    assert isinstance(first, dg.SensorResult)
    assert not first.run_requests
    with path.open("a", encoding="utf-8") as handle:
        handle.write("P9,1000000099,")
    grown = _look(home, first.cursor)
    assert isinstance(grown, dg.SensorResult)
    assert not grown.run_requests


def test_the_sensor_starts_one_run_for_the_files_that_arrived(home: Settings) -> None:
    write_payments(home, SECOND_DAY)
    first = _look(home)
    assert isinstance(first, dg.SensorResult)
    second = _look(home, first.cursor)
    assert isinstance(second, dg.SensorResult)
    assert second.run_requests is not None
    [request] = second.run_requests
    assert request.partition_key == SECOND_DAY.isoformat()
    assert _run_requested(request).success
    assert _published_payments(home) == 40
    assert isinstance(_look(home, second.cursor), dg.SkipReason)


def test_the_schedule_runs_the_day_that_has_ended(home: Settings) -> None:
    third = SECOND_DAY + timedelta(days=1)
    write_payments(home, third)
    moment = datetime(third.year, third.month, third.day) + timedelta(days=1, hours=3)
    request = _tick("refresh_daily", moment)
    assert request.partition_key in (third.isoformat(), (third + timedelta(days=1)).isoformat())
    assert _run_requested(request).success
    assert _published_payments(home) == 60


def test_the_weekly_schedule_refits_for_the_day_that_has_ended(home: Settings) -> None:
    from dagster_project.definitions import defs

    sunday = datetime(2025, 12, 7, home.schedule_hour + 2)
    assert defs.resolve_schedule_def("refit_weekly").job_name == "refit"
    request = _tick("refit_weekly", sunday)
    assert request.partition_key == "2025-12-06"
    assert _run_requested(request, "refit").success


def test_the_weekly_decisions_are_scheduled_after_the_refit(home: Settings) -> None:
    from dagster_project.definitions import defs

    after_the_refit = datetime(2025, 12, 7, home.schedule_hour + 4)
    assert defs.resolve_schedule_def("decide_weekly").job_name == "finish"
    request = _tick("decide_weekly", after_the_refit)
    assert request.partition_key == "2025-12-06"
    guidance = dg.AssetKey(["decided", "channel_guidance"])
    with dg.DagsterInstance.get() as instance:
        assert instance.get_latest_materialization_event(guidance) is None  # not by the daily runs
        assert _run_requested(request, "finish").success
        assert instance.get_latest_materialization_event(guidance) is not None


def test_a_range_of_days_is_one_run(home: Settings) -> None:
    from dagster_project.definitions import defs

    with dg.DagsterInstance.get() as instance:
        before = instance.get_runs_count()
        result = defs.resolve_job_def("refresh").execute_in_process(
            instance=instance,
            tags={
                "dagster/asset_partition_range_start": FIRST_DAY.isoformat(),
                "dagster/asset_partition_range_end": SECOND_DAY.isoformat(),
            },
        )
        assert result.success
        assert instance.get_runs_count() == before + 1
    events = result.asset_materializations_for_node("published__snapshot")
    assert {event.partition for event in events} == {
        FIRST_DAY.isoformat(), SECOND_DAY.isoformat()
    }  # fmt: skip
    assert _published_payments(home) == 60


def test_materialisations_carry_rows_columns_and_lineage(home: Settings) -> None:
    key = dg.AssetKey(["business_application", "channel_efficiency"])
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(key)
        assert event is not None
        assert event.asset_materialization is not None
        metadata = event.asset_materialization.metadata
    assert metadata["dagster/row_count"].value == 4  # two channels in two months
    lineage = metadata["dagster/column_lineage"].value
    assert isinstance(lineage, dg.TableColumnLineage)
    origins = {str(dep.asset_key.path[-1]) for dep in lineage.deps_by_column["payments"]}
    assert origins == {"channel_months"}
    from dagster_project.definitions import defs

    schema = defs.resolve_asset_graph().get(key).metadata["dagster/column_schema"]
    assert "cost_per_100_yuan" in [column.name for column in schema.columns]


def test_the_dbt_docs_show_channel_efficiency(home: Settings) -> None:
    page = (generate_docs(home) / "static_index.html").read_text(encoding="utf-8")
    assert re.search(r'"name":\s*"channel_efficiency"', page)
    assert json.dumps("渠道效能").strip('"') in page  # the page holds its data as ASCII JSON
