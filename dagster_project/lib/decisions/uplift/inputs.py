"""Rows of finished campaigns and of customers to score, as features of the eve of a day.

The state tables hold today; a campaign is judged on what was known before its assignment, so its
features are computed anew from the payments before that day. Scoring uses the same query.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from dagster_project.lib.decisions.sql_files import sql_text
from dagster_project.lib.decisions.uplift.assumed import contact_cost, retained_share
from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read
from ml.uplift import Experiment

HERE = Path(__file__).parent
USED, FEATURES, CAMPAIGNS, VALUES = (
    sql_text(HERE, name) for name in ("used", "features", "campaigns", "values")
)
NAMES = (
    "payments", "amount_log", "days_since_payment", "delay_log", "delay_spread", "late_share",
    "night_share", "weekend_share", "counter_share", "kiosk_share", "bank_share", "wechat_share",
    "alipay_share", "app_share", "present_share", "channels", "target_share", "contacts",
    "complaints", "is_prepaid", "has_withholding", "is_elderly", "is_low_income", "is_resident",
)  # fmt: skip
LARGEST = 50_000  # customers of a target that are fitted on: the trees' accuracy grows no more
BATCH_ROWS = 131_072
KNOWN = """
select features.*, (coalesce(used.payments, 0) / features.payments)::float as target_share
from uplift_features as features
left join uplift_used as used
    on features.place = used.place and used.channel_code = $target
order by features.place
"""
PEOPLE = """
create or replace temp table uplift_people as
select row_number() over (order by customer_id) - 1 as place, customer_id, $as_of::date + 1 as day
from platform_support.customer_payment_state where last_paid_on > $as_of::date - 365
"""


@dataclass(frozen=True)
class Audience:
    """Customers of the finished campaigns for one channel."""

    target: str
    campaigns: list[str]
    means: list[str]
    experiment: Experiment
    origins: list[str]  # present channels of so many of them that others alike may be scored

    @property
    def cost_yuan(self) -> float:
        """Of one contact: the dearest of the means used."""
        return self.experiment.cost_yuan


def audiences(work: Work) -> Iterator[Audience]:
    """One for every channel that a finished campaign had as its target, in their order."""
    rows = read(work.connection, CAMPAIGNS, {"as_of": work.as_of.isoformat()}).to_pandas()
    for target, own in rows.groupby("target_channel_code", sort=True):
        yield _audience(work, str(target), own.head(LARGEST).reset_index(drop=True))


def features_of_everybody(work: Work) -> None:
    """The features of all who paid within a year, as of tomorrow."""
    work.connection.execute(PEOPLE, {"as_of": work.as_of.isoformat()})
    compute_features(work)


def compute_features(work: Work) -> None:
    """Make ``uplift_features`` and ``uplift_used`` of ``uplift_people``."""
    work.connection.execute(USED)
    work.connection.execute(FEATURES)


def values_of(work: Work, target: str) -> NDArray[np.float64]:
    """Worth of one conversion in yuan, of the rows of ``uplift_features`` in their order."""
    asked = {"target": target, "as_of": work.as_of.isoformat()}
    saving = read(work.connection, VALUES, asked)["saving_yuan"]
    return np.asarray(saving.to_numpy(), dtype=np.float64) * retained_share(target)


def feature_batches(work: Work, target: str) -> Iterator[pa.Table]:
    """Customer, present channel and features, batch by batch in the order of places."""
    rows = work.connection.sql(KNOWN, params={"target": target})
    for batch in rows.to_arrow_reader(BATCH_ROWS):
        yield pa.Table.from_batches([batch])


def matrix(table: pa.Table) -> NDArray[np.float64]:
    """Features (n, d) in the declared order; NaN where nothing is known."""
    return np.column_stack([table[name].to_numpy().astype(np.float64) for name in NAMES])


def _audience(work: Work, target: str, rows: pd.DataFrame) -> Audience:
    people = rows.assign(place=np.arange(len(rows)))[["place", "customer_id", "day"]]
    work.connection.register("uplift_audience", pa.Table.from_pandas(people, preserve_index=False))
    work.connection.execute(
        "create or replace temp table uplift_people as select * from uplift_audience"
    )
    work.connection.unregister("uplift_audience")
    compute_features(work)
    # Who had paid nothing before has no features and is left out of both arms alike.
    known = read(work.connection, KNOWN, {"target": target})
    chosen = rows.iloc[known["place"].to_numpy()]
    present = pd.Series(known["present_channel_code"].to_pylist(), dtype=str)
    means = sorted(set(rows["contact_means"].astype(str)))
    experiment = Experiment(
        features=matrix(known),
        treated=chosen["treated"].to_numpy(dtype=bool),
        outcome=chosen["outcome"].to_numpy(dtype=float),
        propensity=chosen["propensity"].to_numpy(dtype=float),
        value_yuan=np.nan_to_num(values_of(work, target)),  # no known saving pays for nothing
        cost_yuan=max(contact_cost(item) for item in means),
    )
    counted = present.value_counts()
    enough = counted[counted >= max(20, 0.01 * len(present))]
    campaigns = sorted(set(rows["campaign_code"].astype(str)))
    return Audience(target, campaigns, means, experiment, sorted(map(str, enough.index)))
