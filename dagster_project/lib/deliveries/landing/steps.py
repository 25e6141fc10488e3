"""The order of the steps: what is done with one delivered file, and what stops it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from dagster_project.lib.deliveries import pseudonyms
from dagster_project.lib.deliveries.landing import counting, duplicates, rejection, writing
from dagster_project.lib.deliveries.landing.job import Landing
from dagster_project.lib.deliveries.ledger import Entry
from dagster_project.lib.deliveries.places import Places
from dagster_project.lib.deliveries.reading.errors import UnreadableFileError
from dagster_project.lib.deliveries.reading.opening import read_text
from dagster_project.lib.deliveries.reading.text_table import TextTable
from dagster_project.lib.deliveries.validation.plan import Plan, make_plan
from dagster_project.lib.deliveries.validation.rules import Limits
from dagster_project.lib.deliveries.validation.statements import checked_sql
from dagster_project.lib.deliveries.validation.totals import contradiction


def land(landing: Landing) -> Entry:
    """Land one file and return its booked entry; on any file error nothing of it is loaded."""
    try:
        table, plan = _check(landing)
    except UnreadableFileError as error:
        return rejection.reject(landing, error, [], is_read=False)
    error_found = table.broken or contradiction(
        landing.connection, landing.profile.totals, table, landing.entry.file_name
    )
    if error_found:
        return rejection.reject(landing, error_found, table.rejects, is_read=True)
    duplicates.number_rows_without_key(landing.connection, landing.contract)
    if "customer_no" in landing.contract.columns:
        pseudonyms.add_customers(landing.connection, landing.key, "checked")
    duplicates.find_surplus(
        landing.connection, landing.contract, landing.business_date, _landed_before(landing)
    )
    counting.count_rows(landing, table, plan)
    writing.write(landing, table, plan)
    return landing.entry


def _check(landing: Landing, undecodable: bool = False) -> tuple[TextTable, Plan]:
    """Make ``checked`` in one pass over the file.

    Whether a character was bad is known only after the pass; such a file is read once more, with
    a rule that names the rows.
    """
    connection = landing.connection
    for name in ("checked", "numbered", "surplus"):
        connection.execute(f"drop table if exists {name}")
    table = read_text(landing.delivery.path, landing.profile)
    limits = Limits(landing.settings.first_business_date, landing.entry.delivered_on)
    plan = make_plan(landing.contract, landing.profile, table.header, limits, undecodable)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.batches)
    connection.register("delivered", reader)
    connection.execute(checked_sql(plan, landing.contract, table.schema.names[1:]))
    connection.unregister("delivered")
    if table.has_bad_characters and not undecodable:
        return _check(landing, undecodable=True)
    return table, plan


def _landed_before(landing: Landing) -> list[Path]:
    """Parquet of other deliveries with rows of this file's days, except what this one replaces."""
    days = landing.connection.execute(
        f"select distinct {landing.business_date} from checked where problem is null"
    ).fetchall()
    wanted = [day.isoformat() for (day,) in days]
    found = landing.ledger.rows(
        "select delivery_id, business_date from landed_day join delivery using (delivery_id) "
        "where landed_day.source = ? and status = 'loaded' and slot != ? "
        f"and business_date in ({', '.join('?' * len(wanted))})",
        [landing.contract.source, landing.entry.slot, *wanted],
    )
    folders = [
        Places(landing.settings, landing.contract.source, row["delivery_id"]).rows
        / f"business_date={row['business_date']}"
        for row in found
    ]
    return [path for folder in folders for path in sorted(folder.glob("*.parquet"))]
