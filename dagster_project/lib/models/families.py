"""The families of models, and what each reads and writes; adapters import ``ml`` when called."""

from __future__ import annotations

from dagster_project.lib.models import fuzzy_evaluation, segmentation
from dagster_project.lib.models.spec import ModelSpec

FAMILIES: tuple[ModelSpec, ...] = (
    ModelSpec(
        segmentation.NAME,
        "segments of customers",
        "用户细分",
        segmentation.fit,
        segmentation.score,
        reads=(
            "platform_support.segment_features",
            "platform_support.segment_features_month_before",
        ),
        scored=segmentation.TABLES,
    ),
    ModelSpec(
        fuzzy_evaluation.NAME,
        "fuzzy evaluation of channels and platform",
        "模糊综合评价",
        fuzzy_evaluation.fit,
        fuzzy_evaluation.score,
        reads=(
            "platform_support.channel_indicators",
            "platform_support.channel_region_quarters",
            "platform_support.campaign_firsts",
            "data_processing.stg_landing__satisfaction_survey",
            "landing.delivery_ledger",
        ),
        scored=fuzzy_evaluation.TABLES,
    ),
)
