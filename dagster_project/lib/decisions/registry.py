"""All decisions, in no order: the graph orders them by what they read."""

from __future__ import annotations

from dagster_project.lib.decisions.campaign_audience import CAMPAIGN_AUDIENCE
from dagster_project.lib.decisions.commission.decision import COMMISSION
from dagster_project.lib.decisions.experiments import CAMPAIGN_EFFECT
from dagster_project.lib.decisions.followed.decision import FOLLOWED
from dagster_project.lib.decisions.guidance.decision import GUIDANCE
from dagster_project.lib.decisions.service.complaint_classes import COMPLAINT_CLASSES
from dagster_project.lib.decisions.service.complaint_classifier import COMPLAINT_CLASSIFIER
from dagster_project.lib.decisions.service.followups import FOLLOWUPS
from dagster_project.lib.decisions.service.prepayment import PREPAYMENT
from dagster_project.lib.decisions.service.small_enterprise import SMALL_ENTERPRISES
from dagster_project.lib.decisions.spec import DecisionSpec
from dagster_project.lib.decisions.tags.decision import TAGS
from dagster_project.lib.decisions.uplift.decision import UPLIFT

DECISIONS: tuple[DecisionSpec, ...] = (
    CAMPAIGN_AUDIENCE,
    CAMPAIGN_EFFECT,
    COMMISSION,
    COMPLAINT_CLASSES,
    COMPLAINT_CLASSIFIER,
    FOLLOWED,
    FOLLOWUPS,
    GUIDANCE,
    PREPAYMENT,
    SMALL_ENTERPRISES,
    TAGS,
    UPLIFT,
)
