"""What guidance relieves, and what the own channels could carry: aggregates of a round.

Both read the temporary tables of the round, so that they speak of the same customers.
"""

from __future__ import annotations

import pyarrow as pa

from dagster_project.lib.decisions.guidance.declaration import Guidance, OwnChannels
from dagster_project.lib.decisions.guidance.inputs import Inputs, sql
from dagster_project.lib.decisions.guidance.plots import of_headroom, of_relief
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read


def counter_relief(work: Work) -> Scored:
    """Payments at the counters by region, weekday and hours, and what would move."""
    rows = read(work.connection, sql("relief"), {"as_of": work.as_of.isoformat()})
    if len(rows) == 0:
        return Scored(None, "no payment at a counter in the last year (近一年无柜台缴费)")
    return Scored(rows, plots=of_relief(rows))


def own_channel_headroom(work: Work, declared: Guidance, inputs: Inputs) -> Scored:
    """What each own channel could carry more, what holds it back, and what to do about it."""
    own = declared.own_channels
    rooms = [{"channel_code": row["channel_code"], "room": row["room"]} for row in inputs.rooms]
    shape = pa.schema([("channel_code", pa.string()), ("room", pa.float64())])
    work.connection.register("guidance_rooms", pa.Table.from_pylist(rooms, shape))
    work.connection.register("guidance_obstacles", _obstacles(own))
    values = {"as_of": work.as_of.isoformat()}
    measured = values | {"least_visits": own.least_visits.value}
    work.connection.execute(sql("own_channels"), measured)
    bars = {
        "least_conversion_pct": own.least_conversion_pct.value,
        "most_outage_minutes": own.most_outage_minutes.value,
        "most_complaints": own.most_complaints.value,
    }
    rows = read(work.connection, sql("headroom"), values | bars)
    if len(rows) == 0:
        return Scored(
            None,
            "no own channel but the counters is in use with a known cost "
            "(除柜台外没有在用且成本已知的自主渠道)",
        )
    return Scored(rows, plots=of_headroom(rows))


def _obstacles(own: OwnChannels) -> pa.Table:
    """One row per obstacle: the declared action against it."""
    return pa.Table.from_pylist(
        [
            {
                "held_back_by": action.held_back_by,
                "action_code": action.code,
                "action_en": action.action.en,
                "action_zh": action.action.zh,
                "owner_en": action.owner.en,
                "owner_zh": action.owner.zh,
                "effect": action.effect.value,
            }
            for action in own.actions
        ]
    )
