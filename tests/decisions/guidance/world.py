"""A small warehouse for guidance: payments are given, all that is summed from them is derived."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from dagster_project.lib.decisions.spec import Decided
from dagster_project.lib.models.spec import Work
from dagster_project.settings import PROJECT_ROOT, Settings

AS_OF = date(2025, 12, 31)
SEEDS = PROJECT_ROOT / "dbt" / "seeds"
EVERYBODY = """
select distinct
    customer_id, false as is_elderly, false as is_low_income, false as is_prepaid,
    false as has_withholding
from paid
"""
DERIVED = (Path(__file__).parent / "derived.sql").read_text("utf-8")


def payments(habits: dict[int, dict[str, int]], amount: float = 100.0) -> pd.DataFrame:
    """Payments of the last year: ``habits[customer][channel]`` of them, spread over the year."""
    rows = []
    for customer, channels in habits.items():
        places = [code for code, count in channels.items() for _ in range(count)]
        for place, code in enumerate(places):
            day = pd.Timestamp(AS_OF) - pd.Timedelta(days=int(360 * place / len(places)))
            rows.append((customer, day.date(), day + pd.Timedelta(hours=10), code, amount))
    named = pd.DataFrame(rows, columns=["customer_id", "paid_on", "paid_at", "channel_code", "a"])
    return named.rename(columns={"a": "amount_yuan"})


def crowd(customers: int, seed: int = 0) -> dict[int, dict[str, int]]:
    """Habits of so many customers: one main channel, some payments elsewhere."""
    random = np.random.default_rng(seed)
    codes = ["counter", "wechat", "alipay", "app", "kiosk", "agency"]
    return {
        customer: {codes[random.integers(6)]: 12, codes[random.integers(6)]: 1}
        for customer in range(1, customers + 1)
    }


def warehouse(paid: pd.DataFrame | str, **tables: Any) -> duckdb.DuckDBPyConnection:
    """The tables that guidance reads; ``customers``, ``contacts`` and so on as frames.

    ``paid``: the payments, or a query that makes them.
    """
    connection = duckdb.connect()
    for schema in ("data_processing", "platform_support", "decided"):
        connection.execute(f"create schema {schema}")
    if isinstance(paid, str):
        connection.execute(f"create table paid as {paid}")
    else:
        connection.register("paid", paid)
    for name in ("channels", "channel_contracts", "channel_costs"):
        connection.register("seed_file", _seed(name))
        connection.execute(f"create table data_processing.{name} as from seed_file")
    given = {
        "customers": connection.sql(EVERYBODY).df(),
        "contacts": pd.DataFrame(columns=["customer_id", "contact_event", "happened_on"]),
        "operations": pd.DataFrame(
            columns=["channel_code", "site_code", "operated_on", "open_hours", "staff",
                     "outage_minutes", "queue_minutes", "capacity_payments"]
        ),
        "visits": pd.DataFrame(
            columns=["customer_id", "channel_code", "visited_on", "furthest_step"]
        ),
    } | tables  # fmt: skip
    for name, frame in given.items():
        connection.register(f"given_{name}", frame)
    connection.execute(DERIVED)
    return connection


def _seed(name: str) -> pd.DataFrame:
    days = {"valid_from", "valid_to"}
    found = pd.read_csv(SEEDS / f"{name}.csv")
    for column in days & set(found.columns):
        found[column] = pd.to_datetime(found[column]).dt.date
    return found


def decided(connection: duckdb.DuckDBPyConnection) -> Decided:
    """The decision on the warehouse."""
    from dagster_project.lib.decisions.guidance.decision import decide_guidance

    return decide_guidance(Work(Settings(home=Path("nowhere")), connection, AS_OF, ""))


def frame(made: Decided, table: str) -> pd.DataFrame:
    """One of its tables."""
    rows = made.tables[table].rows
    assert rows is not None
    assert not callable(rows)
    return rows.to_pandas()
