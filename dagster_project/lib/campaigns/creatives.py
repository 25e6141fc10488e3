"""How the creatives of a campaign divide its contacts, and how small a difference they would show.

Every creative has an equal share of the contacts; of two arms together, as they are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import pyarrow as pa

from dagster_project.lib.campaigns.declaration import HOLDOUT, Campaign
from ml.experiments import planning


@dataclass(frozen=True)
class CreativePlan:
    """One creative; ``detectable_points`` is against another one, None where there is none."""

    creative: str
    text: str
    contacts: int
    detectable_points: float | None = None


def planned_creatives(
    campaign: Campaign, rows: pa.Table, baseline: float, rho_squared: float
) -> list[CreativePlan]:
    """Every declared creative with its contacts, in the order of the codes."""
    drawn = zip(rows["arm"].to_pylist(), rows["content_code"].to_pylist(), strict=True)
    counts = dict.fromkeys(sorted(campaign.contents), 0)
    for arm, code in drawn:
        if arm != HOLDOUT and code is not None:
            counts[code] += 1
    least = min(counts.values(), default=0)
    detectable = None
    if len(counts) > 1 and least:
        raised = baseline + campaign.expected_effect_points / 100
        error = sqrt(2 * raised * (1 - raised) * (1 - rho_squared) / least)
        detectable = 100 * float(planning.detectable_effect(error, power=campaign.power))
    return [
        CreativePlan(code, campaign.contents[code].zh, count, detectable)
        for code, count in counts.items()
    ]
