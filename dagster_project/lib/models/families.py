"""The families of models, and what each reads and writes; adapters import ``ml`` when called."""

from __future__ import annotations

from dagster_project.lib.models import forecasting, fuzzy_evaluation, payment_timing, segmentation
from dagster_project.lib.models.spec import ModelSpec

FAMILIES: tuple[ModelSpec, ...] = (
    ModelSpec(
        payment_timing.NAME,
        "payment timing",
        "缴费时间",
        payment_timing.fit,
        payment_timing.score,
        reads=(
            "platform_support.customer_timing_state",
            "platform_support.customer_payment_state",
            "platform_support.customer_channel_state",
            "platform_support.usage_months",
            "data_processing.int_payments_matched",
            "data_processing.int_customers_versioned",
            "data_processing.stg_landing__bills",
            "data_processing.stg_landing__meter_balances",
        ),
        scored=payment_timing.TABLES,
        has_backtests=True,
    ),
    ModelSpec(
        forecasting.NAME,
        "forecasts of payments",
        "缴费预测",
        forecasting.fit,
        forecasting.score,
        reads=(
            "platform_support.channel_region_days",
            "platform_support.region_bill_days",
            "data_processing.calendar_overrides",
        ),
        scored=forecasting.TABLES,
        scores_after=("platform_support.payment_timing_expected",),
        has_backtests=True,
    ),
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
            "data_processing.stg_landing__campaigns",
            "data_processing.channels",
            "landing.delivery_ledger",
        ),
        scored=fuzzy_evaluation.TABLES,
        scores_after=(
            "platform_support.payment_timing_validations",
            "platform_support.forecasting_validations",
        ),
    ),
)
