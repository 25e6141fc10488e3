"""The promotion gate: a challenger must beat the champion forward, and be calibrated.

Score against the champion with a paired interval, calibration by segment; one decision with its
reasons in both languages.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ml.payment_timing.metrics import Interval, log_scores, paired_bootstrap
from ml.payment_timing.segments import segment_name
from ml.payment_timing.windows import LEVELS, hits, windows

OVERALL_TOLERANCE = 0.015  # of coverage, all customers
SEGMENT_TOLERANCE = 0.03  # of coverage, a segment
SEGMENT_FLOOR = 500  # customers below which a segment's coverage says nothing


class Decision(NamedTuple):
    """Promoted or not, and why."""

    promoted: bool
    gain: Interval  # challenger minus champion, nats per customer
    worst_coverage_gap: float  # over all customers and levels
    worst_segment_gap: float
    reasons_zh: tuple[str, ...]
    reasons_en: tuple[str, ...]


def decide(
    challenger: np.ndarray,
    champion: np.ndarray,
    paid_in: np.ndarray,
    place: np.ndarray,
    strata: tuple[str, ...],
) -> Decision:
    """Judge two forecasts F(1..H) of the same customers.

    Args:
        challenger: (n, h).
        champion: (n, h); customers that either does not cover are left out.
        paid_in: days, NaN beyond the horizon.
        place: segment codes.
        strata: names, for the reasons.

    Raises:
        ValueError: no customer is covered by both.
    """
    both = ~np.isnan(challenger[:, 0]) & ~np.isnan(champion[:, 0])
    if not both.any():
        raise ValueError("no customer is covered by both models; expected a common sample.")
    paid = paid_in[both]
    gain = paired_bootstrap(log_scores(challenger[both], paid) - log_scores(champion[both], paid))
    overall, segments = _coverage_gaps(challenger[both], paid, place[both])
    reasons = _reasons(gain, overall, segments, (*strata, "*"))
    worst = max(segments.values(), default=0.0)
    promoted = gain.low > 0 and overall <= OVERALL_TOLERANCE and worst <= SEGMENT_TOLERANCE
    return Decision(promoted, gain, overall, worst, reasons[0], reasons[1])


def _coverage_gaps(
    cumulative: np.ndarray, paid_in: np.ndarray, place: np.ndarray
) -> tuple[float, dict[int, float]]:
    inside = np.stack([hits(window, paid_in) for window in windows(cumulative)])
    levels = np.array(LEVELS)
    overall = float(np.abs(inside.mean(axis=1) - levels).max())
    found = {}
    for code in np.unique(place):
        chosen = place == code
        if chosen.sum() >= SEGMENT_FLOOR:
            found[int(code)] = float(np.abs(inside[:, chosen].mean(axis=1) - levels).max())
    return overall, found


def _reasons(
    gain: Interval, overall: float, segments: dict[int, float], strata: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    span = f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
    better = gain.low > 0
    zh = [f"前推对数得分差 {span}：{'优于' if better else '未优于'}现用模型"]
    en = [f"forward log score {span}: {'better than' if better else 'not above'} the champion"]
    if overall > OVERALL_TOLERANCE:
        zh.append(f"窗口总体覆盖偏差 {100 * overall:.1f} 个百分点，超过 1.5")
        en.append(f"windows miss their coverage by {100 * overall:.1f} points, above 1.5")
    for code, gap in segments.items():
        if gap > SEGMENT_TOLERANCE:
            zh.append(f"{segment_name(code, strata, 'zh')}：覆盖偏差 {100 * gap:.1f}，超过 3")
            en.append(f"{segment_name(code, strata, 'en')}: off by {100 * gap:.1f}, above 3")
    return tuple(zh), tuple(en)
