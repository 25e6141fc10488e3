"""`dagster dev` as a user starts it, and the few requests that the tests send to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from dagster_project.settings import PROJECT_ROOT, Settings

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


@contextmanager
def dagster_dev(home: Settings) -> Iterator[str]:
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


def wait_until_loaded(address: str) -> None:
    """Return when the one code location is there."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    query = "{ workspaceOrError { ... on Workspace { locationEntries { name loadStatus } } } }"
    while time.monotonic() < deadline:
        try:
            entries = post(address, query, {})["workspaceOrError"]["locationEntries"]
        except OSError:
            entries = []
        if [entry["loadStatus"] for entry in entries] == ["LOADED"]:
            return
        time.sleep(1)
    pytest.fail("the webserver did not load the code location")


def launch_parameters(partition: str) -> dict[str, Any]:
    """Of the job ``refresh`` for one day."""
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


def post(address: str, query: str, variables: dict[str, Any]) -> dict[str, Any]:
    """The data of a GraphQL query; an error fails the test."""
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


def status_when_ended(address: str, run_id: str) -> str:
    """Status of the run once it has ended, or that it has not."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < deadline:
        status: str = post(address, STATUS, {"id": run_id})["runOrError"]["status"]
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return status
        time.sleep(1)
    return "still running"
