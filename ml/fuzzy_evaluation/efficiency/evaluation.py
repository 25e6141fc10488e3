"""``evaluate_efficiency``: channel x region units of one quarter in, efficiencies and ranks out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ml.fuzzy_evaluation.arrays import Array, Bools
from ml.fuzzy_evaluation.efficiency.bootstrap import REPLICATIONS, bootstrap
from ml.fuzzy_evaluation.efficiency.envelopment import efficiencies, super_efficiencies
from ml.fuzzy_evaluation.robustness.agreement import kendall
from ml.fuzzy_evaluation.wording import Said

UNITS_PER_DIMENSION = 3
HALF_AN_EVENT = 0.5  # added to counted inputs, so that a unit without a failure can be compared


@dataclass(frozen=True)
class Production:
    """Which columns go in and come out; ``counts`` are inputs that may be zero."""

    inputs: tuple[str, ...] = ("all_in_cost_yuan", "staff_hours", "failures")
    outputs: tuple[str, ...] = ("payments", "amount_yuan", "on_time_payments")
    counts: tuple[str, ...] = ("failures",)


@dataclass(frozen=True)
class Efficiency:
    """What the DEA of one quarter gives.

    Attributes:
        units: one row per channel and region.
        channels: one row per channel, beside its fuzzy score; ranks and their difference.
        tau_with_scores: Kendall's tau of both, None where it does not exist.
        left_out: units without a value, or with an input that is not positive.
        refusal: why the tables are empty.
    """

    units: pd.DataFrame
    channels: pd.DataFrame
    tau_with_scores: float | None
    left_out: int
    refusal: Said | None


def evaluate_efficiency(
    units: pd.DataFrame,
    scores: pd.Series | None = None,
    production: Production | None = None,
    is_variable: bool = True,
    seed: int = 0,
    replications: int = REPLICATIONS,
) -> Efficiency:
    """Bootstrapped input-oriented DEA of one quarter, and where it disagrees with the scores.

    Args:
        units: unit (channel), region, and the columns of ``production``; one quarter.
        scores: fuzzy scores by unit (index), to be compared; None: no comparison.
        production: inputs and outputs; default cost, staff hours and failures for payments,
            amount and payments on time.
        is_variable: returns to scale of the bootstrap; both are given as point estimates.
        seed: of the bootstrap.
        replications: of the bootstrap.

    Raises:
        ValueError: a column is absent.
    """
    made = production or Production()
    x, y, usable = _arrays(units, made)
    least = UNITS_PER_DIMENSION * (x.shape[1] + y.shape[1])
    left_out = int((~usable).sum())
    if usable.sum() < least:
        empty = pd.DataFrame()
        return Efficiency(empty, empty, None, left_out, _refused(int(usable.sum()), least))
    table = units.loc[usable, ["unit", "region", made.outputs[0]]].reset_index(drop=True)
    table = _measured(table, x[usable], y[usable], is_variable, seed, replications)
    channels, tau = _by_channel(table, made.outputs[0], scores)
    return Efficiency(table, channels, tau, left_out, None)


def _arrays(units: pd.DataFrame, made: Production) -> tuple[Array, Array, Bools]:
    """Inputs, outputs, and which units have them all: inputs positive, outputs not negative."""
    columns = [*made.inputs, *made.outputs]
    absent = [c for c in ("unit", "region", *columns) if c not in units]
    if absent:
        raise ValueError(f"columns {absent} expected, {list(units.columns)} found; deliver them")
    data = units[columns].apply(pd.to_numeric).to_numpy(dtype=np.float64, na_value=np.nan)
    x, y = data[:, : len(made.inputs)].copy(), data[:, len(made.inputs) :]
    x[:, [c in made.counts for c in made.inputs]] += HALF_AN_EVENT
    usable = np.isfinite(data).all(axis=1) & (x > 0).all(axis=1) & (y >= 0).all(axis=1)
    return x, y, np.asarray(usable & (y[:, 0] > 0))


def _refused(found: int, least: int) -> Said:
    dimensions = least // UNITS_PER_DIMENSION
    return Said(
        f"no DEA: {found} units with all inputs and outputs, at least {least} expected"
        f" ({UNITS_PER_DIMENSION} x {dimensions} inputs and outputs)",
        f"不做 DEA：投入产出齐全的单元 {found} 个，至少应有 {least} 个"
        f"（{UNITS_PER_DIMENSION} × {dimensions} 个投入产出）",
    )


def _measured(
    table: pd.DataFrame, x: Array, y: Array, is_variable: bool, seed: int, replications: int
) -> pd.DataFrame:
    constant, variable = efficiencies(x, y, False), efficiencies(x, y, True)
    theta = variable if is_variable else constant
    random = np.random.default_rng(seed)
    boot = bootstrap(x, y, theta, is_variable, random, replications)
    table = table.assign(
        ccr_efficiency=constant, bcc_efficiency=variable, scale_efficiency=constant / variable,
        super_efficiency=super_efficiencies(x, y), corrected_efficiency=boot.corrected,
        efficiency_low=boot.low, efficiency_high=boot.high,
    )  # fmt: skip
    order = table.sort_values(
        ["corrected_efficiency", "super_efficiency", "unit", "region"],
        ascending=[False, False, True, True],
    ).index  # fmt: skip
    table.loc[order, "rank"] = np.arange(1, len(table) + 1)
    return table.astype({"rank": "int64"})


def _by_channel(
    table: pd.DataFrame, volume: str, scores: pd.Series | None
) -> tuple[pd.DataFrame, float | None]:
    """Volume-weighted mean efficiency per channel, its rank, and that of the fuzzy score."""
    weighted = table.assign(product=table["corrected_efficiency"] * table[volume])
    sums = weighted.groupby("unit")[["product", volume]].sum()
    channels = pd.DataFrame({"efficiency": sums["product"] / sums[volume]})
    channels["efficiency_rank"] = channels["efficiency"].rank(ascending=False, method="min")
    if scores is None:
        return channels.reset_index(), None
    channels["score"] = scores.reindex(channels.index)
    channels["score_rank"] = channels["score"].rank(ascending=False, method="min")
    channels["rank_difference"] = channels["efficiency_rank"] - channels["score_rank"]
    both = channels.dropna()
    tau = kendall(both["efficiency"].to_numpy(), both["score"].to_numpy())
    return channels.reset_index(), tau
