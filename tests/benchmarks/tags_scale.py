"""Tags at the size of a city, and twelve million customers in one pass: seconds, rows, memory.

All tags of the project over tables of random customers; the first evaluation writes every holder,
the one of a week later, when daily and weekly tags are due, the changes of one customer in fifty.
Memory is the peak of a process of its own, DuckDB within ``MEMORY_LIMIT`` with the rest on disk.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import shutil
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from dagster_project.lib.decisions.deciding import decide
from dagster_project.lib.decisions.tags.decision import TAGS
from dagster_project.lib.decisions.tags.readable import READABLE
from dagster_project.lib.deliveries.contracts import load_contracts
from dagster_project.lib.warehouse.connection import connect
from dagster_project.settings import Settings
from tests.decisions.tags.conftest import DAY, columns_of, declared

CITY, PROVINCE = 1_000_000, 12_000_000
CITY_BAR = 20  # seconds
MEMORY_LIMIT = "1500MB"
CHANGED_SHARE = 0.02
TEXTS = {
    "value_group": ["high_value", "potential", "mass", "low_value"],
    "main_channel_code": ["wechat", "alipay", "app", "counter", "bank_withholding"],
    "likely_channel_code": ["wechat", "wechat", "app", "counter", "bank_withholding"],
    "customer_type": ["resident", "resident", "resident", "small_business", "industry"],
}
TOPS = {  # largest values of columns whose names hold the word
    "share_pct": 100, "p_": 1, "yuan": 1000, "days": 400, "segment": 5, "per_month": 3,
    "complaints": 3, "views": 4, "late": 12, "zero": 2, "channels": 4,
}  # fmt: skip
Row = tuple[str, str, str]
Measures = tuple[float, int, float, int, float]


def rows(sizes: tuple[int, ...] = (CITY,)) -> list[Row]:
    """First evaluation and the day after, by number of customers; the peak memory of both."""
    result: list[Row] = []
    for customers in sizes:
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            first, held, daily, changes, peak = pool.apply(_measured, (customers,))
        bar = f"<= {CITY_BAR} s" if customers == CITY else ""
        name = f"tags of {customers:,} customers"
        result += [
            (f"{name}: first evaluation, {held:,} held", f"{first:.1f} s", bar),
            (f"{name}: a week later, {changes:,} changes", f"{daily:.1f} s", ""),
            (f"{name}: peak memory", f"{peak:.2f} GB", ""),
        ]
    return result


def _measured(customers: int) -> Measures:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # DuckDB draws its progress there
    home = Path(tempfile.mkdtemp(prefix="jiaofei-tags-"))
    try:
        settings = Settings(home=home, memory_limit=MEMORY_LIMIT)
        settings.dbt_target.mkdir(parents=True)
        text = json.dumps(declared(), default=str)
        (settings.dbt_target / "manifest.json").write_text(text, encoding="utf-8")
        _populate(settings, customers)
        begin = time.monotonic()
        _, first = decide(settings, TAGS, DAY)
        middle = time.monotonic()
        with connect(settings) as connection:
            connection.execute(
                "update business_application.customer_payment_profile set payments = 1 "
                "where customer_id % 1000 < $share * 1000",
                {"share": CHANGED_SHARE},
            )
        again = time.monotonic()
        _, after = decide(settings, TAGS, DAY + timedelta(days=7))
        end = time.monotonic()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        held, changes = first["customer_tags"], after["customer_tag_changes"]
        return middle - begin, held, end - again, changes, peak
    finally:
        shutil.rmtree(home)


def _populate(settings: Settings, customers: int) -> None:
    """Random facts of the declared kinds, the same in every run."""
    with connect(settings) as connection:
        connection.execute("create schema data_processing")
        connection.execute(
            "create table data_processing.int_sources_delivered as "
            "select unnest($sources) as source, 1 as rows_loaded",
            {"sources": list(load_contracts())},
        )
        for relation in READABLE.values():
            schema, name = relation.split(".")
            facts = ", ".join(_fact(*column) for column in columns_of(schema, name).items())
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(
                f"create table {relation} as select {facts} from range($customers) as numbers(i)",
                {"customers": customers},
            )


def _fact(column: str, kind: str) -> str:
    """SQL of one column of customer ``i``: a pseudonym, or a hash spread over a likely range."""
    spread = f"(hash(i, '{column}') % 1000)::bigint"
    if column == "customer_id":
        value = "(hash(i) // 2)"
    elif column in TEXTS:
        value = f"{TEXTS[column]}[1 + {spread} % {len(TEXTS[column])}]"
    elif kind == "boolean":
        value = f"({spread} < 100)"
    elif kind == "date":
        value = f"(date '{DAY}' + ({spread} % 90)::int)"
    elif kind == "varchar":
        value = "''"
    else:
        top = next((top for word, top in TOPS.items() if word in column), 30)
        value = f"({top} * power({spread} / 1000.0, 2))"
    return f"{value}::{kind} as {column}"


if __name__ == "__main__":
    for figure, value, bar in rows((CITY, PROVINCE)):
        print(f"{figure}: {value} {bar}")
