"""A warehouse with the layer-2 tables of campaigns, from one line a customer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from dagster_project.lib.decisions.experiments.campaign_effect import CAMPAIGN_EFFECT
from dagster_project.lib.decisions.experiments.contrasts import VARIABLES
from dagster_project.lib.decisions.experiments.outcomes import ASKED, DAYS_TO_PAY
from dagster_project.lib.decisions.spec import Decided
from dagster_project.lib.models.spec import Work
from dagster_project.settings import Settings

FIRST, LAST, TODAY = date(2025, 10, 1), date(2025, 11, 9), date(2025, 12, 31)
SUMS = "platform_support.campaign_outcome_sums"


def customers(
    seed: int = 0, sizes: Iterable[tuple[str, int, float]] = (), **changed: Any
) -> pd.DataFrame:
    """Customers of a campaign, ``sizes`` as (arm, customers, share that pays by the target)."""
    random = np.random.default_rng(seed)
    parts = []
    for arm, size, rate in sizes or (("window", 800, 0.2), ("holdout", 200, 0.1)):
        part = {
            "campaign_code": "C", "arm": arm, "yes": random.binomial(1, rate, size),
            "stratum": random.choice(["counter|resident", "counter|elderly"], size),
            "days": random.integers(1, 30, size), "assigned_on": FIRST,
            "contacted_on": None if arm == "holdout" else FIRST,
            "content_code": "none" if arm == "holdout" else "undeclared",
        }  # fmt: skip
        parts.append(pd.DataFrame(part))
    people = pd.concat(parts, ignore_index=True).assign(**changed)
    return people.assign(customer_id=np.arange(len(people)))


def campaign(**changed: Any) -> dict[str, Any]:
    """One delivered campaign."""
    return {
        "campaign_code": "C", "target_channel_code": "app", "contact_means": "sms",
        "starts_on": FIRST, "ends_on": LAST, "holdout_share": 0.2, "budget_yuan": 100.0,
        "campaign_version": None,
    } | changed  # fmt: skip


def decided(
    folder: Path,
    people: pd.DataFrame,
    campaigns: Iterable[dict[str, Any]] | None = None,
    strangers: int = 0,
    sums_changed: dict[str, Any] | None = None,
    without: str = "",
) -> Decided:
    """Take the decision on these customers; ``strangers`` are contacted outside the audience.

    ``sums_changed`` sets columns of the sums, ``without`` names an outcome that has none.
    """
    with duckdb.connect() as connection:
        _fill(connection, people, list(campaigns or [campaign()]), strangers)
        for column, value in (sums_changed or {}).items():
            connection.execute(f"update {SUMS} set {column} = ?", [value])
        connection.execute(f"delete from {SUMS} where outcome = ?", [without])
        return CAMPAIGN_EFFECT.decide(Work(Settings(home=folder), connection, TODAY, ""))


def rows_of(found: Decided, table: str = "campaign_effect") -> pd.DataFrame:
    """Rows of a decided table."""
    rows = found.tables[table].rows
    assert rows is not None
    return rows.to_pandas()  # type: ignore[union-attr, no-any-return]


def _fill(
    connection: duckdb.DuckDBPyConnection,
    people: pd.DataFrame,
    campaigns: list[dict[str, Any]],
    strangers: int,
) -> None:
    connection.execute("create schema platform_support; create schema data_processing")
    plans = pd.DataFrame(campaigns, columns=list(campaign()))
    ends = plans[["campaign_code", "ends_on"]].rename(columns={"ends_on": "last_on"})
    members = people.merge(ends, on="campaign_code").assign(measured_to=TODAY)
    contacts = pd.concat(
        [members[["campaign_code", "customer_id"]],
         pd.DataFrame({"campaign_code": "C", "customer_id": -1 - np.arange(strangers)})]
    )  # fmt: skip
    paid = members[members["yes"] == 1].assign(
        step="paid_through_target", happened_on=members["assigned_on"]
    )
    tables = {
        "data_processing.stg_landing__campaigns": plans,
        "data_processing.stg_landing__campaign_contacts": contacts,
        "platform_support.campaign_members": members,
        "platform_support.campaign_outcomes": members,
        "platform_support.campaign_firsts": paid,
        "platform_support.campaign_savings": members[["campaign_code"]].assign(
            settled_payments=1, payments=1
        ),
        SUMS: _sums(members),
        "platform_support.campaign_payment_days": _days(members),
    }
    for name, frame in tables.items():
        frame = frame.astype({c: "datetime64[s]" for c in frame.columns if c.endswith("_on")})
        connection.register("given", frame)
        dates = ", ".join(f"{c}::date as {c}" for c in frame.columns if c.endswith("_on"))
        replaced = f" replace ({dates})" if dates else ""
        connection.execute(f"create table {name} as select *{replaced} from given")
        connection.unregister("given")


def _sums(members: pd.DataFrame) -> pd.DataFrame:
    """Every outcome is the same yes-or-no; the covariates are one that says it and noise."""
    random = np.random.default_rng(99)
    v = members.assign(
        m=members["yes"].astype(float), d=1.0, c=(members["arm"] != "holdout").astype(float),
        x1=members["yes"] * 0.5 + random.random(len(members)), x2=random.random(len(members)),
        x3=2.0, x4=random.integers(1, 12, len(members)).astype(float),
    )  # fmt: skip
    keys = ["campaign_code", "arm", "stratum", "content_code"]
    columns = {f"sum_{a}": v[a] for a in VARIABLES}
    columns |= {f"sum_{a}_{b}": v[a] * v[b] for i, a in enumerate(VARIABLES) for b in VARIABLES[i:]}
    frame = pd.concat([v[keys], pd.DataFrame(columns)], axis=1).assign(units=1, units_missing=0)
    cells = frame.groupby(keys, as_index=False).sum()
    asked = [question for question in ASKED if question[0] != DAYS_TO_PAY]
    return cells.merge(pd.DataFrame(asked, columns=["outcome", "horizon"]), how="cross")


def _days(members: pd.DataFrame) -> pd.DataFrame:
    keys = ["campaign_code", "arm", "stratum", "content_code", "days"]
    counts = members.groupby(keys, as_index=False).size().rename(columns={"size": "paid"})
    return counts.assign(censored=0, term_days=20)
