"""The three ways of use: the webserver's GraphQL, the sensor and the schedule, the dbt docs."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from dagster_project.defs.resources import HomeResource
from dagster_project.defs.schedules import refit_weekly, refresh_daily
from dagster_project.defs.sensors import refresh_when_files_arrive
from dagster_project.lib.dbt_docs import generate_docs
from dagster_project.lib.publication.history import DATABASE, current_snapshot
from dagster_project.settings import PROJECT_ROOT, Settings
from tests.conftest import FIRST_DAY, write_payments

LAUNCH = """
mutation Launch($parameters: ExecutionParams!) {
  launchPipelineExecution(executionParams: $parameters) {
    __typename
    ... on LaunchRunSuccess { run { runId } }
    ... on PythonError { message }
  }
}"""
STATUS = "query Status($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
DEADLINE_SECONDS = 180
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


@pytest.fixture
def webserver(home: Settings) -> Iterator[str]:
    """`dagster dev` on a free port of the loopback, with workspace.yaml as it lies there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("dagster")), "dev",
        "--host", "127.0.0.1", "--port", str(port),
    ]  # fmt: skip
    log = (home.home / "dagster_dev.log").open("w")
    process = subprocess.Popen(
        command, cwd=PROJECT_ROOT, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        log.close()


def test_a_materialisation_launched_through_graphql_publishes(
    home: Settings, webserver: str
) -> None:
    write_payments(home, FIRST_DAY)
    _wait_until_loaded(webserver)
    launched = _post(webserver, LAUNCH, {"parameters": _parameters(FIRST_DAY.isoformat())})
    assert launched["launchPipelineExecution"]["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["launchPipelineExecution"]["run"]["runId"]
    assert _wait_for(webserver, run_id) == "SUCCESS"
    assert _published_payments(home) == 20


def _wait_until_loaded(address: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    query = "{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }"
    while time.monotonic() < deadline:
        try:
            entries = _post(address, query, {})["workspaceOrError"]["locationEntries"]
        except OSError:
            entries = []
        if [entry["loadStatus"] for entry in entries] == ["LOADED"]:
            return
        time.sleep(1)
    pytest.fail("the webserver did not load the code location")


def _parameters(partition: str) -> dict[str, Any]:
    return {
        "selector": {
            "repositoryLocationName": "jiaofei",
            "repositoryName": "__repository__",
            "jobName": "refresh",
        },
        "mode": "default",
        "runConfigData": {},
        "executionMetadata": {"tags": [{"key": "dagster/partition", "value": partition}]},
    }


def _post(address: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{address}/graphql",
        data=json.dumps({"query": query, "variables": variables}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = json.load(answer)
    assert "errors" not in content, content
    data: dict[str, Any] = content["data"]
    return data


def _wait_for(address: str, run_id: str) -> str:
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        status: str = _post(address, STATUS, {"id": run_id})["runOrError"]["status"]
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return status
        time.sleep(1)
    return "still running"


def test_the_sensor_takes_no_file_that_is_still_being_written(home: Settings) -> None:
    path = write_payments(home, SECOND_DAY, count=3)
    resource = HomeResource(home=str(home.home))
    first = refresh_when_files_arrive(dg.build_sensor_context(resources={"home": resource}))
    assert isinstance(first, dg.SensorResult)
    assert not first.run_requests
    with path.open("a", encoding="utf-8") as handle:
        handle.write("P9,1000000099,")
    grown = refresh_when_files_arrive(
        dg.build_sensor_context(cursor=first.cursor, resources={"home": resource})
    )
    assert isinstance(grown, dg.SensorResult)
    assert not grown.run_requests


def test_the_sensor_starts_one_run_for_the_files_that_arrived(home: Settings) -> None:
    write_payments(home, SECOND_DAY)
    resource = HomeResource(home=str(home.home))
    first = refresh_when_files_arrive(dg.build_sensor_context(resources={"home": resource}))
    assert isinstance(first, dg.SensorResult)
    second = refresh_when_files_arrive(
        dg.build_sensor_context(cursor=first.cursor, resources={"home": resource})
    )
    assert isinstance(second, dg.SensorResult)
    assert second.run_requests is not None
    [request] = second.run_requests
    assert request.partition_key == SECOND_DAY.isoformat()
    assert _run_requested(request).success
    assert _published_payments(home) == 40
    after = refresh_when_files_arrive(
        dg.build_sensor_context(cursor=second.cursor, resources={"home": resource})
    )
    assert isinstance(after, dg.SkipReason)


def test_the_schedule_runs_the_day_that_has_ended(home: Settings) -> None:
    from dagster_project.definitions import defs

    third = SECOND_DAY + timedelta(days=1)
    write_payments(home, third)
    schedule = defs.resolve_schedule_def(refresh_daily.name)
    moment = datetime(third.year, third.month, third.day) + timedelta(days=1, hours=3)
    tick = schedule.evaluate_tick(
        dg.build_schedule_context(
            scheduled_execution_time=moment, repository_def=defs.get_repository_def()
        )
    )
    assert tick.run_requests is not None
    [request] = tick.run_requests
    assert request.partition_key in (third.isoformat(), (third + timedelta(days=1)).isoformat())
    assert _run_requested(request).success
    assert _published_payments(home) == 60


def test_the_weekly_schedule_refits_for_the_day_that_has_ended(home: Settings) -> None:
    from dagster_project.definitions import defs

    schedule = defs.resolve_schedule_def(refit_weekly.name)
    sunday = datetime(2025, 12, 7, home.schedule_hour + 2)
    tick = schedule.evaluate_tick(dg.build_schedule_context(scheduled_execution_time=sunday))
    assert schedule.job_name == "refit"
    assert tick.run_requests is not None
    [request] = tick.run_requests
    assert request.partition_key == "2025-12-06"
    assert _run_requested(request, "refit").success


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
