"""All decisions, in no order: the graph orders them by what they read."""

from __future__ import annotations

from dagster_project.lib.decisions.campaign_audience import CAMPAIGN_AUDIENCE
from dagster_project.lib.decisions.commission.decision import COMMISSION
from dagster_project.lib.decisions.experiments import CAMPAIGN_EFFECT
from dagster_project.lib.decisions.guidance.decision import GUIDANCE
from dagster_project.lib.decisions.spec import DecisionSpec
from dagster_project.lib.decisions.tags.decision import TAGS

DECISIONS: tuple[DecisionSpec, ...] = (
    CAMPAIGN_AUDIENCE,
    CAMPAIGN_EFFECT,
    COMMISSION,
    GUIDANCE,
    TAGS,
)
