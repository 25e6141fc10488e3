"""The promotion gate: a challenger must beat the champion forward, and be calibrated.

A segment whose windows miss their coverage is withheld: its customers get none.  What remains is
judged against the overall bars; one decision with its reasons in both languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from ml.payment_timing.metrics import Interval, log_scores, paired_bootstrap
from ml.payment_timing.segments import segment_name
from ml.payment_timing.windows import LEVELS, hits, windows

OVERALL_TOLERANCE = 0.015  # of coverage, all customers with windows
SEGMENT_TOLERANCE = 0.03  # of coverage, a segment
SEGMENT_FLOOR = 500  # customers below which a segment's coverage says nothing


class Decision(NamedTuple):
    """Promoted or not, and why.

    Attributes:
        promoted: the challenger may replace the champion, without the withheld segments.
        gain: challenger minus champion, nats per customer with windows.
        worst_coverage_gap: over all customers with windows, and levels.
        worst_segment_gap: of the segments with windows.
        segment_gaps: worst gap by segment code, withheld ones among them.
        withheld: codes of segments above ``SEGMENT_TOLERANCE``.
        withheld_share: of the customers judged.
        reasons_zh: one sentence each.
        reasons_en: the same.
    """

    promoted: bool
    gain: Interval
    worst_coverage_gap: float
    worst_segment_gap: float
    segment_gaps: Mapping[int, float]
    withheld: tuple[int, ...]
    withheld_share: float
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

    Segments are withheld by the same outcomes that judge the rest, so the rest looks a little
    better than it is.

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
    paid, place = paid_in[both], place[both]
    gaps = segment_gaps(challenger[both], paid, place)
    withheld = tuple(code for code, gap in gaps.items() if gap > SEGMENT_TOLERANCE)
    kept = ~np.isin(place, withheld)
    is_published = bool(kept.any())
    used = kept if is_published else np.ones(len(kept), dtype=bool)
    gain = paired_bootstrap(
        log_scores(challenger[both][used], paid[used])
        - log_scores(champion[both][used], paid[used])
    )
    overall = coverage_gap(challenger[both][used], paid[used])
    worst = max((gap for code, gap in gaps.items() if code not in withheld), default=0.0)
    promoted = is_published and gain.low > 0 and overall <= OVERALL_TOLERANCE
    reasons = _reasons(gain, overall, gaps, withheld, (*strata, "*"))
    return Decision(
        promoted, gain, overall, worst, gaps, withheld, float(1 - kept.mean()), *reasons
    )


def coverage_gap(cumulative: np.ndarray, paid_in: np.ndarray) -> float:
    """Largest |coverage - level| of the windows."""
    covered = [hits(window, paid_in).mean() for window in windows(cumulative)]
    return float(np.abs(np.array(covered) - np.array(LEVELS)).max())


def segment_gaps(
    cumulative: np.ndarray, paid_in: np.ndarray, place: np.ndarray
) -> dict[int, float]:
    """``coverage_gap`` of every segment with ``SEGMENT_FLOOR`` customers."""
    codes, sizes = np.unique(place, return_counts=True)
    return {
        int(code): coverage_gap(cumulative[place == code], paid_in[place == code])
        for code in codes[sizes >= SEGMENT_FLOOR]
    }


def _reasons(
    gain: Interval,
    overall: float,
    gaps: Mapping[int, float],
    withheld: tuple[int, ...],
    strata: tuple[str, ...],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    span = f"{gain.mean:+.3f} [{gain.low:+.3f}, {gain.high:+.3f}]"
    better = gain.low > 0
    zh = [f"前推对数得分差 {span}：{'优于' if better else '未优于'}现用模型"]
    en = [f"forward log score {span}: {'better than' if better else 'not above'} the champion"]
    if overall > OVERALL_TOLERANCE:
        zh.append(f"窗口总体覆盖偏差 {100 * overall:.1f} 个百分点，超过 1.5")
        en.append(f"windows miss their coverage by {100 * overall:.1f} points, above 1.5")
    for code in withheld:
        name, points = segment_name(code, strata, "zh"), f"{100 * gaps[code]:.1f}"
        zh.append(f"{name}：覆盖偏差 {points}，超过 3，不发布其窗口")
        name = segment_name(code, strata, "en")
        en.append(f"{name}: off by {points}, above 3, its windows are not published")
    return tuple(zh), tuple(en)
