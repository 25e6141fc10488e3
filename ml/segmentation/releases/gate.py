"""The gate of promotion: a challenger replaces the last release only where every check passes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ml.segmentation.clustering.choice import ARI_BAR, SHARE_BAR
from ml.segmentation.fitted import FittedSegmentation
from ml.segmentation.words import Words

CHURN_BAR = 0.05


@dataclass(frozen=True)
class GateCheck:
    """One measured check; ``value`` None where there was nothing to measure it on."""

    name: str
    value: float | None
    bar: str
    passed: bool
    reason: Words


@dataclass(frozen=True)
class Verdict:
    """All checks, and whether the release may be published."""

    checks: tuple[GateCheck, ...]

    @property
    def is_promoted(self) -> bool:
        """Every check passed."""
        return all(check.passed for check in self.checks)


class Unmeasured(Enum):
    """Why there is no figure of the churn."""

    NO_EARLIER_MONTH = "no_earlier_month"
    NOBODY_IN_BOTH = "nobody_in_both"


UNMEASURED = {
    Unmeasured.NO_EARLIER_MONTH: Words(
        "churn was not measured: there is one month of data",
        "客户换群比例未测：只有一个月的数据",
    ),
    Unmeasured.NOBODY_IN_BOTH: Words(
        "churn cannot be measured: no customer is in both months; check the two tables, and "
        "whether the pseudonyms were made with one key",
        "客户换群比例无法测量：前后两月没有共同客户，请检查两张表及假名密钥是否一致",
    ),
}


def judge_release(fitted: FittedSegmentation, churn: float | Unmeasured) -> Verdict:
    """Stability, smallest share, and the churn of an unchanged month.

    ``churn`` is measured by ``compare_dates``. With a single month of data the release may be
    published, and the check says that it was not measured; two months without a customer in
    common are a fault of the tables, and the check fails.
    """
    chosen = fitted.choice.chosen
    return Verdict(
        (
            _at_least("stability_ari", chosen.ari, ARI_BAR, "bootstrap agreement", "重抽样一致性"),
            _at_least(
                "smallest_share", chosen.smallest_share, SHARE_BAR, "smallest segment", "最小群占比"
            ),
            _churn(churn),
        )
    )


def _at_least(name: str, value: float, bar: float, english: str, chinese: str) -> GateCheck:
    passed = value >= bar
    return GateCheck(
        name,
        value,
        f">= {bar}",
        passed,
        Words(
            f"{english} {value:.3f} {'reaches' if passed else 'is below'} {bar}",
            f"{chinese}{value:.3f}{'达到' if passed else '低于'}{bar}",
        ),
    )


def _churn(value: float | Unmeasured) -> GateCheck:
    bar = f"<= {CHURN_BAR}"
    if isinstance(value, Unmeasured):
        return GateCheck(
            "churn", None, bar, value is Unmeasured.NO_EARLIER_MONTH, UNMEASURED[value]
        )
    passed = value <= CHURN_BAR
    return GateCheck(
        "churn",
        value,
        bar,
        passed,
        Words(
            f"{value:.1%} of customers change segment in a month: "
            f"{'within' if passed else 'more than'} {CHURN_BAR:.0%}",
            f"一个月内{value:.1%}的客户换群，{'不超过' if passed else '超过'}{CHURN_BAR:.0%}",
        ),
    )
