"""The contact list of a launched campaign: the one place where clear contact data is read.

It is read from the restricted store into a temporary table of this session, and only what the
means of contact needs goes on into the export file.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from dagster_project.lib.campaigns.faults import CampaignError
from dagster_project.lib.campaigns.launched import Launched
from dagster_project.lib.deliveries.ledger import Ledger
from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.deliveries.validation import literal
from dagster_project.settings import Settings

# Personal columns that a means needs, the first of them to be reached at all; pushes go by number.
PERSONAL = {
    "sms": ("phone",), "phone": ("phone", "customer_name"), "coupon": ("phone",),
    "poster": ("address", "customer_name"), "wechat_push": (), "app_push": (),
    "other": ("phone", "customer_name"),
}  # fmt: skip
DUE = "not is_exported and not is_opted_out and not is_missed and not is_unreachable"


def make_contact_list(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    launched: Launched,
    until: date,
    today: date,
) -> None:
    """Make the temporary table ``contact_list``: every planned contact up to ``until``.

    Raises:
        CampaignError: no customers were delivered, so nobody can be reached.
    """
    personal = PERSONAL[launched.campaign.means]
    files = _restricted_files(connection, settings)
    connection.register("exported_rows", exported(launched))
    connection.execute("create or replace temp table exported as from exported_rows")
    connection.unregister("exported_rows")
    text = (Path(__file__).parent / "contact_list.sql").read_text(encoding="utf-8")
    connection.execute(
        text.format(
            personal=", ".join(personal) or "null as nothing",
            listed="".join(f"clear.{name},\n    " for name in personal),
            needed=f"clear.{personal[0]}" if personal else "clear.customer_no",
            files=files,
            audience=literal(str(launched.audience)),
        ),
        {"today": today, "until": until},
    )


def exported(launched: Launched) -> pa.Table:
    """Customers of earlier exports, each once: the ledger that makes exporting idempotent."""
    schema = pa.schema([("customer_id", pa.int64())])
    tables = [
        pa.parquet.read_table(path, columns=["customer_id"]).cast(schema)
        for path in sorted(launched.exports.glob("[0-9]*/ledger.parquet"))
    ]
    return pa.concat_tables([schema.empty_table(), *tables])


def _restricted_files(connection: duckdb.DuckDBPyConnection, settings: Settings) -> str:
    """SQL list of the customers' restricted files; makes ``delivery_order``, the newest last."""
    rows = Ledger(settings.ledger).rows(
        "select delivery_id, delivered_on, landed_sequence from delivery "
        "where source = 'customers' and status = 'loaded'"
    )
    folder = settings.restricted / "customers"
    there = [row for row in rows if (folder / f"{row['delivery_id']}.parquet").exists()]
    if not there:
        raise CampaignError(
            Bilingual(
                f"{folder} holds no contact data: no customers have been delivered. Deliver a "
                "customers file and run `jiaofei run`.",
                f"{folder} 中没有联系信息：尚未交付用户档案。请交付后运行 `jiaofei run`。",
            )
        )
    order = pa.table(
        {
            "ending": [f"/{row['delivery_id']}.parquet" for row in there],
            "delivered_on": [date.fromisoformat(row["delivered_on"]) for row in there],
            "landed_sequence": [row["landed_sequence"] for row in there],
        }
    )
    connection.register("order_rows", order)
    connection.execute("create or replace temp table delivery_order as from order_rows")
    connection.unregister("order_rows")
    paths = [literal(str(folder / f"{row['delivery_id']}.parquet")) for row in there]
    return f"[{', '.join(paths)}]"
