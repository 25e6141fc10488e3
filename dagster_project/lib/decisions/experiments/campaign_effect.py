"""The decision ``campaign_effect``: what every campaign changed, and how surely."""

from __future__ import annotations

from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work

NO_CAMPAIGN = "no campaign with an assigned audience was delivered (尚无已分配受众的活动)"


def decide(work: Work) -> Decided:
    """Effects of every campaign up to the declared today."""
    del work
    return Decided({"campaign_effect": Scored(None, NO_CAMPAIGN)})


CAMPAIGN_EFFECT = DecisionSpec(
    name="campaign_effect",
    title_en="Effects of campaigns",
    title_zh="活动效果",
    decide=decide,
    reads=("platform_support.campaign_firsts", "data_processing.stg_landing__campaigns"),
    writes=("campaign_effect",),
)
