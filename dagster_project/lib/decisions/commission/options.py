"""What one run of the decision on commissions may set in the Dagster UI."""

from __future__ import annotations

import dagster as dg
from pydantic import Field


class AskedChange(dg.Config):
    """Terms asked about, of one channel; for every tier, or for one."""

    channel: str = Field(description="Code of a channel under contract (渠道编码)")
    rate_pct: float | None = Field(None, description="Rate, in percent of the amount (费率)")
    fixed_fee_yuan: float | None = Field(None, description="Fee per payment, in yuan (每笔固定费)")
    tier_from_yuan: float | None = Field(
        None, description="Tier that is changed, by its month volume; empty for all (阶梯起点)"
    )


class CommissionOptions(dg.Config):
    """The what-if of this run, in place of the declared one."""

    what_if: list[AskedChange] = Field(
        default_factory=list,
        description="Changes of today's terms; empty: those of commission_plan.yaml (假设分析)",
    )
