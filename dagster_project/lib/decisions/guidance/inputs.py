"""What guidance reads of the warehouse, as columns in the order of the customers.

Set-based work stays in the temporary tables ``guidance_terms`` and ``guidance_customers``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dagster_project.lib.decisions.guidance.declaration import Guidance
from dagster_project.lib.decisions.sql_files import sql_text
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

HERE = Path(__file__).parent
EFFECTS, UPLIFT = "campaign_effect", "customer_uplift"
CUSTOMERS = """
select
    place, customer_id, coalesce(present_channel_code, '') as present_channel_code, is_prepaid,
    has_withholding, is_protected, uses_app, uses_wechat, year_payments::double as year_payments,
    years_observed::double as years_observed, known_share, present_cost_yuan,
    present_channel_cost_yuan, coalesce(usual_amount_yuan, 0)::double as usual_amount_yuan,
    left_alone_because is null as is_eligible
from guidance_customers order by place
"""
TERMS = "select channel_code from guidance_terms order by channel_code"
UPLIFTS = """
select
    customers.place,
    uplifts.uplift::double as uplift,
    (uplifts.uplift_high - uplifts.uplift_low)::double as width
from decided.customer_uplift as uplifts
inner join guidance_customers as customers on uplifts.customer_id = customers.customer_id
where uplifts.is_deployed and uplifts.target_channel_code = $channel
"""
EXISTS = """
select count(*) > 0 as is_there from information_schema.tables
where table_schema = 'decided' and table_name = $table
"""


@dataclass(frozen=True)
class Inputs:
    """Columns (n,) by name, the channels with known costs, and rooms and effects as rows."""

    columns: dict[str, NDArray[Any]]
    channels: tuple[str, ...]
    rooms: list[dict[str, Any]]
    effects: list[dict[str, Any]]

    @property
    def customers(self) -> int:
        """How many customers have ever paid."""
        return len(self.columns["place"])


def sql(name: str) -> str:
    """The text of a query beside this module, its parts put in."""
    return sql_text(HERE, name)


def read_inputs(work: Work, declared: Guidance) -> Inputs:
    """Build the temporary tables and read what matching needs."""
    day, plan = work.as_of.isoformat(), declared.round
    work.connection.execute(sql("cost_macro"))
    work.connection.execute(sql("terms"), {"as_of": day})
    values = {
        "as_of": day,
        "lead_days": int(plan.lead_days.value),
        "days_between": int(plan.days_between_contacts.value),
        "kept_channels": [kept.code for kept in declared.kept_channels],
    }
    work.connection.execute(sql("customers"), values)
    capacity = {"as_of": day, "capacity_use": plan.capacity_use.value}
    rooms = read(work.connection, sql("capacities"), capacity)
    effects = read(work.connection, sql("effects")) if exists(work, EFFECTS) else pa.table({})
    return Inputs(
        _columns(read(work.connection, CUSTOMERS)),
        tuple(read(work.connection, TERMS)["channel_code"].to_pylist()),
        rooms.to_pylist(),
        effects.to_pylist(),
    )


def target_costs(work: Work, channel: str) -> NDArray[np.float64]:
    """(n,) yuan of a payment of the usual amount on the channel; nan without a usual amount."""
    found = read(work.connection, sql("target_costs"), {"channel": channel})
    return _columns(found)["cost_yuan"]


def deployed_uplift(work: Work, channel: str) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Places, uplifts and widths of their 95 % intervals, where a model is deployed."""
    if not exists(work, UPLIFT):
        nobody = np.empty(0)
        return nobody.astype(np.int64), nobody, nobody
    found = _columns(read(work.connection, UPLIFTS, {"channel": channel}))
    return found["place"], found["uplift"], found["width"]


def exists(work: Work, table: str) -> bool:
    """Whether a decided table is there."""
    found = read(work.connection, EXISTS, {"table": table})
    return bool(found["is_there"][0].as_py())


def _columns(table: pa.Table) -> dict[str, NDArray[Any]]:
    return {name: table[name].to_numpy(zero_copy_only=False) for name in table.column_names}
