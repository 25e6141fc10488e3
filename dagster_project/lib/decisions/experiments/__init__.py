"""Effects of campaigns: sums out of the warehouse, inference by ``ml.experiments``, rows back."""

from dagster_project.lib.decisions.experiments.campaign_effect import CAMPAIGN_EFFECT

__all__ = ["CAMPAIGN_EFFECT"]
