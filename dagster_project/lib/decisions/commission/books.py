"""What the plan reads of the warehouse, as the sums that ``ml/commission`` takes.

The same reading serves the decision, which writes, and the command line, which only reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from dagster_project.lib.deliveries.messages import Bilingual
from dagster_project.lib.models.tables import read
from dagster_project.settings import PROJECT_ROOT
from ml.commission import Market, PlanDeclaration, Prior, Responses, Terms, Tier, parse_plan, pooled
from ml.commission import event_estimates as estimate_events
from ml.commission.terms import paid_pct

FOLDER = Path(__file__).parent
FILE = PROJECT_ROOT / "dagster_project" / "declarations" / "commission_plan.yaml"


@dataclass(frozen=True)
class Books:
    """The market of the last months, the contracts behind it, and how shares have answered."""

    market: Market
    contracts: dict[str, str]  # contract in force, by channel
    events: pd.DataFrame  # past changes of terms, as ``event_estimates`` gives them
    responses: Responses


class NoMarketError(ValueError):
    """There is nothing to plan; ``said`` tells why in both languages."""

    def __init__(self, said: Bilingual) -> None:
        super().__init__(str(said))
        self.said = said


def declared_plan() -> PlanDeclaration:
    """The plan as the utility declares it.

    Raises:
        PlanDeclarationError: it cannot be used; file and line are named.
    """
    return parse_plan(FILE.read_text("utf-8"), FILE.relative_to(PROJECT_ROOT).as_posix())


def read_books(
    connection: duckdb.DuckDBPyConnection, declared: PlanDeclaration, as_of: date
) -> Books:
    """Market, contracts and responses as of the day.

    Raises:
        NoMarketError: no complete month, or no contract in force with a payment under it.
    """
    history = _frame(connection, "months", as_of=as_of)
    if history.empty:
        raise NoMarketError(
            Bilingual("no complete month of payments yet", "尚无完整月份的缴费数据")
        )
    months = sorted(history["month"].unique())[-declared.months :]
    tiers = _frame(connection, "contracts", as_of=as_of)
    paying = history[history["month"].isin(months)]
    tiers = tiers[tiers["channel"].isin(paying["channel"])]
    if tiers.empty:
        raise NoMarketError(
            Bilingual("no channel with payments is under contract", "没有有缴费且在合同期内的渠道")
        )
    market = _market(connection, paying, months, tiers, as_of)
    events = estimate_events(_paid(history, market.typical_yuan), declared.response.habit_per_month)
    contracts = dict(zip(tiers["channel"], tiers["contract"], strict=True))
    return Books(market, contracts, events, _responses(declared, market, events))


def _market(
    connection: duckdb.DuckDBPyConnection,
    paying: pd.DataFrame,
    months: Sequence[pd.Timestamp],
    tiers: pd.DataFrame,
    as_of: date,
) -> Market:
    span = {"first": months[0].date(), "last": (months[-1] + pd.offsets.MonthEnd(0)).date()}
    bands = _frame(connection, "bands", **span)
    areas = _frame(connection, "areas", **span)
    grades = _frame(connection, "grades", as_of=as_of)
    channels = tuple(sorted(set(paying["channel"]) & set(bands["channel"])))
    sums = paying.groupby("channel")[["on_time_payments", "due_payments"]].sum().loc[list(channels)]
    handling = areas.groupby("channel")["handling_yuan"].sum(min_count=1)
    payments = areas.groupby("channel")["payments"].sum()
    terms = {channel: _terms(own) for channel, own in tiers.groupby("channel")}
    own = set(tiers.loc[tiers["is_own"], "channel"])
    area_payments = _wide(areas, "area", "channel", "payments", channels)
    certain = grades.dropna(subset=["grade"])
    return Market(
        channels=channels,
        terms={c: terms[c] for c in channels if c in terms},
        partners=tuple(c for c in channels if c in terms and c not in own),
        months=_wide(paying, "month", "channel", "amount_yuan", channels).to_numpy(float).T,
        orders=_wide(bands, "band", "channel", "payments", channels).to_numpy(float).T,
        amounts=_wide(bands, "band", "channel", "amount_yuan", channels).to_numpy(float).T,
        handling_yuan=(handling / payments).reindex(list(channels)).to_numpy(float),
        on_time=_shares(sums["on_time_payments"], sums["due_payments"]),
        areas=tuple(area_payments.index),
        area_payments=area_payments.to_numpy(float),
        scores=dict(zip(grades["channel"], grades["score"].astype(float), strict=True)),
        grades=dict(zip(certain["channel"], certain["grade"], strict=True)),
    )


def _terms(own: pd.DataFrame) -> Terms:
    """The contract of one channel; its tiers come in order."""
    first = own.iloc[0]
    return Terms(
        tiers=tuple(Tier(row.from_yuan, row.rate_pct, row.fixed_yuan) for row in own.itertuples()),
        floor_yuan=float(first["floor_yuan"]),
        cap_yuan=float(first["cap_yuan"]),
        monthly_yuan=float(first["monthly_yuan"]),
        minimum_yuan=float(first["minimum_yuan"]),
        is_marginal=first["tier_rule"] == "marginal",
    )


def _paid(history: pd.DataFrame, typical: float) -> pd.DataFrame:
    """Every month's contract as what a typical payment earned; nan without one."""

    def earned(row: Any) -> float:
        if not isinstance(row.contract, str):
            return float("nan")
        floor, cap = np.nan_to_num(row.floor_yuan), row.cap_yuan
        terms = Terms(
            (Tier(0.0, row.rate_pct, row.fixed_yuan),), float(floor), np.inf if cap != cap else cap
        )
        return paid_pct(terms, typical, 0.0)

    rows = [
        (row.channel, row.month.date(), row.payments, row.contract or None, earned(row))
        for row in history.itertuples()
    ]
    return pd.DataFrame(rows, columns=["channel", "month", "payments", "contract", "paid_pct"])


def _responses(declared: PlanDeclaration, market: Market, events: pd.DataFrame) -> Responses:
    prior = declared.response.prior
    found = {
        channel: list(zip(own["estimate"], own["std_error"], strict=True))
        for channel, own in events.groupby("channel")
    }
    return pooled(
        sorted(market.terms), found, Prior(prior.mean, prior.sd, prior.between_sd),
        declared.response.draws, declared.response.seed,
    )  # fmt: skip


def _wide(
    frame: pd.DataFrame, index: str, columns: str, values: str, channels: Sequence[str]
) -> pd.DataFrame:
    wide = frame.pivot_table(index=index, columns=columns, values=values, aggfunc="sum")
    return wide.reindex(columns=list(channels)).fillna(0)


def _shares(part: pd.Series, whole: pd.Series) -> np.ndarray[Any, np.dtype[np.float64]]:
    counted = whole.to_numpy(float)
    return np.where(counted > 0, part.to_numpy(float) / np.maximum(counted, 1), np.nan)


def _frame(connection: duckdb.DuckDBPyConnection, name: str, **values: date) -> pd.DataFrame:
    """Rows of the query beside this module; dates as timestamps."""
    sql = (FOLDER / f"{name}.sql").read_text("utf-8")
    bound = {key: value.isoformat() for key, value in values.items()}
    frame = read(connection, sql, bound).to_pandas()
    if "month" in frame:
        frame["month"] = pd.to_datetime(frame["month"])
    return frame
