"""The families of models, and what each reads and writes; adapters import ``ml`` when called."""

from __future__ import annotations

from dagster_project.lib.models import segmentation
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
)
