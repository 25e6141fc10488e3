"""The tables of a round: guided customers with reasons, the summary, the limits and their prices.

Intervals cover what is not known: the probability of moving, the payments, the retention.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from dagster_project.lib.decisions.guidance.declaration import Guidance
from dagster_project.lib.decisions.guidance.inputs import Inputs, sql
from dagster_project.lib.decisions.guidance.matched import Matched
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read
from ml.matching import NOTHING
from ml.matching.moving import interval

TINY = 1e-12  # nothing that is guided has a probability or a retention of zero


def guided_rows(work: Work, declared: Guidance, matched: Matched) -> pa.Table:
    """One row per guided customer; rows and choices stay registered for what is made of them."""
    work.connection.register("guidance_choices", _choices(declared, matched))
    gaining = np.flatnonzero(matched.can_gain)
    work.connection.register("guidance_gaining", pa.table({"place": gaining}))
    guided = read(work.connection, sql("rows"), {"as_of": work.as_of.isoformat()})
    work.connection.register("guidance_rows", guided)
    return guided


def summary_rows(work: Work) -> pa.Table:
    """Every customer once, by outcome and channels."""
    return read(work.connection, sql("summary"), {"as_of": work.as_of.isoformat()})


def _choices(declared: Guidance, matched: Matched) -> pa.Table:
    """What was chosen, in numbers; one row a guided customer."""
    result = matched.result
    at = np.flatnonzero(result.choice != NOTHING)
    option = result.choice[at].astype(np.int64)
    channel = np.array([o.channel for o in matched.gains.options], np.int64)[option]
    means = np.array([o.means for o in matched.gains.options], np.int64)[option]
    p_move, p_sd, basis = _p_move(matched, at, option, channel)
    targets, options = matched.targets, matched.gains.options
    retention = np.array([t.retention for t in targets])[channel]
    if_moved = matched.gains.saving[channel, at].astype(np.float64)
    saving = p_move * if_moved
    low, high = interval(saving, _relative_sds(matched, at, channel, p_move, p_sd))
    contact = np.array([o.contact_yuan for o in options])[option]
    switching = np.array([o.switching_yuan for o in options])[option]
    return pa.table({
        "place": at,
        "recommended_channel_code": np.array([t.code for t in targets])[channel],
        "contact_means": np.array([m.code for m in declared.means])[means],
        "means_en": np.array([m.name.en for m in declared.means])[means],
        "means_zh": np.array([m.name.zh for m in declared.means])[means],
        "saving_per_year_yuan": saving,
        "saving_low_yuan": low,
        "saving_high_yuan": high,
        "saving_if_moved_yuan": if_moved,
        "net_gain_yuan": saving - p_move * switching - contact,
        "contact_cost_yuan": contact,
        "p_move": p_move,
        "is_p_move_assumed": basis == "assumption",
        "p_move_basis": basis,
        "retention": retention,
        "payments_per_year": matched.rates.mean[at],
        "recommended_cost_yuan": matched.costs[channel, at],
        "is_exploration": result.is_exploration[at],
        "propensity": result.propensity[at],
    })  # fmt: skip


def _relative_sds(
    matched: Matched,
    at: NDArray[np.int64],
    channel: NDArray[np.int64],
    p_move: NDArray[np.float64],
    p_sd: NDArray[np.float64],
) -> list[NDArray[np.float64]]:
    """How unsure the probability, the payments and the retention are, as parts of themselves."""
    retention = np.array([t.retention for t in matched.targets])[channel]
    retention_sd = np.array([t.retention_sd for t in matched.targets])[channel]
    return [
        p_sd / np.maximum(p_move, TINY),
        matched.rates.relative_sd[at],
        retention_sd / np.maximum(retention, TINY),
    ]


def _p_move(
    matched: Matched, at: NDArray[np.int64], option: NDArray[np.int64], channel: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.str_]]:
    """Probability, its sd and basis; a deployed model's goes before the option's."""
    p_move = np.array([found.mean for found in matched.moving])[option]
    p_sd = np.array([found.sd for found in matched.moving])[option]
    measured = np.array([found.effects > 0 for found in matched.moving])[option]
    basis = np.where(measured, "experiment", "assumption")
    uplift, spread = matched.gains.uplift, matched.uplift_sd
    if uplift is None or spread is None:
        return p_move, p_sd, basis
    known = ~np.isnan(uplift[channel, at])
    return (
        np.where(known, uplift[channel, at], p_move),
        np.where(known, spread[channel, at], p_sd),
        np.where(known, "uplift_model", basis),
    )


def limit_rows(work: Work, inputs: Inputs, matched: Matched) -> pa.Table:
    """One row per limit: how much there is, how much is used, what one more would be worth."""
    rooms = {row["channel_code"]: row for row in inputs.rooms}
    names = [target.code for target in matched.targets]
    rows = [_capacity(name, rooms.get(name)) for name in names]
    rows.append({"limit_code": "budget", "limit_of": "all", "unit": "yuan"})
    rows.append({"limit_code": "contacts", "limit_of": "all", "unit": "customers"})
    result = matched.result
    for row, limit, used, price in zip(
        rows, matched.limits.all(), result.used, result.prices, strict=True
    ):
        row |= {
            "decided_on": work.as_of,
            "limit_value": float(limit) if np.isfinite(limit) else None,
            "used_value": float(used),
            "multiplier_yuan": float(price),
            "matched_gain_yuan": result.gain,
            "explored_gain_yuan": result.explored_gain,
            "gain_bound_yuan": result.bound,
            "duality_gap_pct": 100 * result.gap,
        }
    return pa.Table.from_pylist([{"note_en": None, "note_zh": None} | row for row in rows])


def _capacity(channel: str, room: dict[str, Any] | None) -> dict[str, Any]:
    row = {"limit_code": "capacity", "limit_of": channel, "unit": "payments a day"}
    if room is None or room["capacity"] is None:
        return row | {
            "note_en": "no capacity delivered: not limited",
            "note_zh": "未提供容量数据：不设限",
        }
    if room["room"] is None:
        delivered, busy = room["capacity"], room["busy_payments"]
        return row | {
            "note_en": f"delivered capacity {delivered:.0f} a day, but {busy:.0f} were taken on "
            "busy days: not credible, not limited",
            "note_zh": f"提供的日容量为{delivered:.0f}笔，但繁忙日已受理{busy:.0f}笔："
            "不可信，不设限",
        }
    return row
