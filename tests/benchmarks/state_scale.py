"""The state of payment timing at ten million customers and 120 million payments: build and merge.

dbt runs the project's own model on synthetic rows in a scratch warehouse, once in full and once
for one more day, with the memory and the threads that the project gives the engine.  Seconds are
those that dbt states for the model; memory is that of the dbt process.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as parquet

from dagster_project.lib.dbt_project import DBT
from dagster_project.lib.deliveries.session import land_deliveries
from dagster_project.lib.warehouse.changes import (
    CUSTOMERS_SCHEMA,
    declare_as_of,
    write_changes,
)
from dagster_project.lib.warehouse.connection import connect, scalar
from dagster_project.settings import Settings, load_settings

CUSTOMERS = 10_000_000
PAYMENTS_EACH = 12  # in two years: billed every two months
LAST_DAY = date(2025, 12, 31)
MODEL = "customer_payment_state"
FACT_SQL = Path(__file__).with_name("state_scale.sql")
CHANGED = "select distinct customer_id, paid_on as changed_on from {} where paid_on = $day"
FACT, NEW = "data_processing.int_payments_matched", "later.payments"
BARS = {"build": "<= 120 s", "peak_gb": "<= 4 GB", "merge": "<= 5 s"}


def rows(customers: int = CUSTOMERS) -> list[tuple[str, str, str]]:
    """(figure, measured, bar) of a run in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.state_scale", str(customers)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = json.loads(output.splitlines()[-1])
    size = f"{customers / 1e6:g} M customers, {found['payments'] / 1e6:.0f} M payments"
    return [
        (f"state: build of {size}", f"{found['build']:.0f} s", BARS["build"]),
        ("state: peak memory of the build", f"{found['peak_gb']:.2f} GB", BARS["peak_gb"]),
        (f"state: a day of {found['merged']:,.0f} customers merged", f"{found['merge']:.1f} s",
         BARS["merge"]),
    ]  # fmt: skip


def measure(home: Path, customers: int = CUSTOMERS) -> dict[str, float]:
    """Seconds of the full build and of the next day's merge, and what they worked on."""
    settings = load_settings(home)
    land_deliveries(settings, as_of=LAST_DAY)  # nothing: it makes the empty sources
    write_changes(settings)
    declare_as_of(settings, LAST_DAY)
    _write_facts(settings, customers)
    build = _run_model(settings)
    merged = _add_last_day(settings)
    merge = _run_model(settings)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    with connect(settings) as connection:
        payments = float(scalar(connection, f"select count(*) from {FACT}"))
    return {
        "build": build, "merge": merge, "merged": merged, "payments": payments, "peak_gb": peak,
    }  # fmt: skip


def _write_facts(settings: Settings, customers: int) -> None:
    """All payments, those of the last day apart."""
    values = {"customers": customers, "each": PAYMENTS_EACH, "last_day": LAST_DAY}
    with connect(settings) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute("create schema if not exists data_processing")
        connection.execute("create schema later")
        connection.execute(f"create table {FACT} as {FACT_SQL.read_text('utf-8')}", values)
        _move(connection, FACT, NEW, "create table {} as")


def _add_last_day(settings: Settings) -> float:
    """The last day's payments come in; the customers whose state must change."""
    with connect(settings) as connection:
        _move(connection, NEW, FACT, "insert into {}")
        query = CHANGED.format(FACT)
        changed = connection.sql(query, params={"day": LAST_DAY}).to_arrow_table()
    folder = settings.landing / "changed_customers"
    for path in folder.rglob("*.parquet"):
        parquet.write_table(changed.cast(CUSTOMERS_SCHEMA), path)
    return float(len(changed))


def _move(connection: duckdb.DuckDBPyConnection, source: str, target: str, verb: str) -> None:
    begin = f"{verb.format(target)} select * from {source} where paid_on = $day"
    connection.execute(begin, {"day": LAST_DAY})
    if source == FACT:
        connection.execute(f"delete from {source} where paid_on = $day", {"day": LAST_DAY})


def _run_model(settings: Settings) -> float:
    """Run the model as dbt does; the seconds it states."""
    folder, target = str(settings.dbt_project), settings.home / "target"
    command = [
        DBT, "run", "--select", MODEL, "--project-dir", folder, "--profiles-dir", folder,
        "--target-path", str(target), "--log-path", str(target / "logs"),
    ]  # fmt: skip
    limits = {
        "JIAOFEI_HOME": str(settings.home),
        "JIAOFEI_THREADS": str(settings.threads),
        "JIAOFEI_MEMORY_LIMIT": settings.memory_limit,
    }
    done = subprocess.run(
        command, env={**os.environ, **limits}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"dbt run of {MODEL} failed:\n{done.stdout[-3000:]}")
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    return sum(float(r["execution_time"]) for r in results if r["unique_id"].endswith(f".{MODEL}"))


if __name__ == "__main__":
    size = int(sys.argv[1]) if len(sys.argv) > 1 else CUSTOMERS
    with tempfile.TemporaryDirectory(prefix="jiaofei-state-") as scratch:
        sys.stdout.write(json.dumps(measure(Path(scratch), size)) + "\n")
