"""What the published tables say of the demo's campaign, beside the truth of the simulator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from dagster_project.lib.campaigns.declaration import HOLDOUT
from dagster_project.lib.campaigns.launched import Launched
from dagster_project.settings import Settings
from ml.experiments.effects import difference
from ml.experiments.moments import Moments
from ml.experiments.sample_ratio import sample_ratio

POINTS = 100.0
EFFECTS = """
select arm, estimator, treated, controls, 100 * mean_control as control_pct,
    100 * effect as points, 100 * effect_low as points_low, 100 * effect_high as points_high,
    p_value, srm_p_value
from business_application.campaign_effect
where campaign_code = $code and outcome = 'paid_through_target' and horizon = 'campaign'
    and segment = 'all' and against_arm = 'holdout' and against_creative <> 'none'
    and effect is not null and estimator <> 'cace'
order by arm, estimator
"""
CREATIVES = """
select creative, against_creative, estimator, treated, controls, 100 * effect as points,
    100 * effect_low as points_low, 100 * effect_high as points_high
from business_application.campaign_effect
where campaign_code = $code and outcome = 'paid_through_target' and horizon = 'campaign'
    and segment = 'all' and arm = 'contact' and creative not in ('all', 'undeclared')
    and effect is not null and estimator = 'cuped'
order by against_creative = 'none' desc, creative
"""
SAVED = """
select arm, effect * treated as yuan, effect_low * treated as yuan_low,
    effect_high * treated as yuan_high
from business_application.campaign_effect
where campaign_code = $code and outcome = 'fee_saved_yuan' and horizon = 'campaign'
    and segment = 'all' and against_arm = 'holdout' and against_creative <> 'none'
    and effect is not null and estimator = 'difference'
order by arm
"""
TRACKED = """
select tracked_on, arm, assigned, contacted, opened, paid_through_target
from business_application.campaign_tracking where campaign_code = $code order by tracked_on, arm
"""


def tracking(settings: Settings, launched: Launched) -> pd.DataFrame:
    """The campaign's days and arms, as published."""
    return _published(settings, TRACKED, launched)


def effects(settings: Settings, launched: Launched) -> pd.DataFrame:
    """Rise of the share that paid through the target, in points, by arm and estimator.

    From ``campaign_effect``; where that holds nothing yet, Welch's difference of the counts of
    ``campaign_tracking``.
    """
    found = _published(settings, EFFECTS, launched)
    if found.empty:
        found = _from_tracking(tracking(settings, launched), launched)
    return found


def saved(settings: Settings, launched: Launched) -> pd.DataFrame:
    """Fees saved by arm in yuan with interval; empty where they were not computed."""
    return _published(settings, SAVED, launched)


def creatives(settings: Settings, launched: Launched) -> pd.DataFrame:
    """Effects of the creatives, against the holdout and each other, beside the truth in points."""
    found = _published(settings, CREATIVES, launched)
    rows = pd.read_parquet(settings.home / "truth" / "creative_effects.parquet")
    own = rows[rows["campaign_code"] == launched.campaign.tracked_code]
    real = own.set_index("creative")["realised_points"].to_dict() | {"none": 0.0}
    true = found["creative"].map(real) - found["against_creative"].map(real)
    return found.assign(true_points=true)


def truth(settings: Settings, launched: Launched) -> dict[str, dict[str, float]]:
    """What the simulator planned, and what its draw came to, in points by arm."""
    rows = pd.read_parquet(settings.home / "truth" / "campaign_effects.parquet")
    own = rows[rows["campaign_code"] == launched.campaign.tracked_code].set_index("arm")
    columns = {"planned_points": "planned", "realised_points": "realised"}
    found: dict[str, dict[str, float]] = own.rename(columns=columns)[
        list(columns.values())
    ].to_dict("index")
    return found


def _published(settings: Settings, query: str, launched: Launched) -> pd.DataFrame:
    snapshot: Path = settings.published / "current" / "jiaofei.duckdb"
    with duckdb.connect(str(snapshot), read_only=True) as connection:
        return connection.execute(query, {"code": launched.campaign.tracked_code}).df()


def _from_tracking(days: pd.DataFrame, launched: Launched) -> pd.DataFrame:
    sums = days.groupby("arm")[["assigned", "paid_through_target"]].sum()
    cells = {arm: _share(*row) for arm, row in sums.astype(float).iterrows()}
    planned = [launched.campaign.arms[arm] for arm in sums.index]
    srm = float(sample_ratio(sums["assigned"].to_numpy(), planned).p_value)
    return pd.DataFrame(
        [_row(arm, cells[arm], cells[HOLDOUT], srm) for arm in cells if arm != HOLDOUT]
    )


def _share(customers: float, paid: float) -> Moments:
    """Moments of an outcome that is 0 or 1, and of the 1 that every customer counts as."""
    return Moments(
        np.array(customers),
        np.array([paid, customers]),
        np.array([[paid, paid], [paid, customers]]),
    )


def _row(arm: Any, treated: Moments, control: Moments, srm: float) -> dict[str, Any]:
    effect = difference(treated, control)
    low, high = effect.interval()
    return {
        "arm": arm, "estimator": "difference", "treated": int(treated.count),
        "controls": int(control.count), "control_pct": POINTS * float(effect.mean_control),
        "points": POINTS * float(effect.estimate), "points_low": POINTS * float(low),
        "points_high": POINTS * float(high), "p_value": None, "srm_p_value": srm,
    }  # fmt: skip
