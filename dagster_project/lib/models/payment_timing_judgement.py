"""Whether a fit of payment timing may be released: forward score, calibration, the champion."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from dagster_project.lib.models import plots
from dagster_project.lib.models.candidate import Validation, Verdict

EPOCH = date(1970, 1, 1)
LEVELS = (50, 80, 95)
SHOWN = ("log_score", "crps", "brier_7", "brier_14", "brier_28", "ks_p_value", "mean_width_80")


def judge(
    fitted: Any, newest: Any, champion: Any
) -> tuple[Verdict, list[Validation], tuple[int, ...]]:
    """Better than the best baseline, not worse than the release, and calibrated.

    Returns:
        verdict, figures, and the codes of the segments that must not be published.
    """
    from ml.payment_timing.candidates import fit_baselines, forecast
    from ml.payment_timing.gate import OVERALL_TOLERANCE, SEGMENT_TOLERANCE, decide
    from ml.payment_timing.metrics import log_scores, paired_bootstrap, summary
    from ml.payment_timing.segments import segment, segment_name
    from ml.payment_timing.states import with_pooled

    ours, paid_in = fitted.forecast(newest.states), newest.paid_in
    known = ~np.isnan(ours[:, 0])
    place = segment(with_pooled(newest.states, len(fitted.strata)))
    baselines = forecast(fit_baselines(newest.states).models, newest.states)
    best = max(baselines, key=lambda name: _mean_score(baselines[name], paid_in))
    decision = decide(ours, baselines[best], paid_in, place, fitted.strata)
    published = known & ~np.isin(place, decision.withheld)
    found = summary(ours[published], paid_in[published]) if published.any() else {}
    names = (*fitted.strata, "*")
    figures = [
        Validation("stack", "gain_over_baseline", decision.gain.mean, champion=best,
                   difference_low=decision.gain.low, difference_high=decision.gain.high,
                   bar=">= 0.05", is_met=decision.gain.mean >= 0.05),
        Validation("stack", "worst_coverage_gap", decision.worst_coverage_gap,
                   bar=f"<= {OVERALL_TOLERANCE}",
                   is_met=decision.worst_coverage_gap <= OVERALL_TOLERANCE),
        Validation("stack", "worst_segment_coverage_gap", decision.worst_segment_gap,
                   bar=f"<= {SEGMENT_TOLERANCE}",
                   is_met=decision.worst_segment_gap <= SEGMENT_TOLERANCE),
        Validation("stack", "withheld_share", decision.withheld_share),
        *(Validation("stack", "coverage_gap", gap, segment=segment_name(code, names, "en"),
                     bar=f"<= {SEGMENT_TOLERANCE}, else no windows",
                     is_met=gap <= SEGMENT_TOLERANCE)
          for code, gap in decision.segment_gaps.items()),
        *(Validation("stack", name, float(value)) for name, value in found.items()),
    ]  # fmt: skip
    if found:
        gap = found["coverage_80"] - 0.8
        figures.append(Validation("stack", "window_80_coverage_gap", gap))
    is_worse = False
    if champion is not None:
        theirs = champion.forecast(newest.states)
        both = known & ~np.isnan(theirs[:, 0])
        if both.any():
            paid = paid_in[both]
            gain = paired_bootstrap(log_scores(ours[both], paid) - log_scores(theirs[both], paid))
            is_worse = gain.high < 0
            figures.append(
                Validation("stack", "gain_over_release", gain.mean, champion="release",
                           difference_low=gain.low, difference_high=gain.high,
                           bar="not surely below 0", is_met=not is_worse)
            )  # fmt: skip
    return _verdict(decision, best, is_worse), figures, decision.withheld


def _verdict(decision: Any, best: str, is_worse: bool) -> Verdict:
    english, chinese = list(decision.reasons_en), list(decision.reasons_zh)
    english[0] = f"against {best}: {english[0]}"
    chinese[0] = f"与{best}相比：{chinese[0]}"
    if is_worse:
        english.append("surely worse than the released model")
        chinese.append("显著劣于已发布模型")
    is_promoted = decision.promoted and not is_worse
    return Verdict(
        "promoted" if is_promoted else "rejected", "; ".join(english), "；".join(chinese)
    )


def _mean_score(cumulative: np.ndarray, paid_in: np.ndarray) -> float:
    from ml.payment_timing.metrics import log_scores

    known = ~np.isnan(cumulative[:, 0])
    return float(log_scores(cumulative[known], paid_in[known]).mean()) if known.any() else -np.inf


def backtests(fitted: Any) -> pa.Table:
    """Model x origin x segment x metric, as published."""
    from ml.payment_timing.segments import segment_name

    frame = pd.DataFrame(fitted.backtest)
    names = {
        code: "all" if code < 0 else segment_name(int(code), (*fitted.strata, "*"), "en")
        for code in frame["segment"].unique()
    }
    table = pd.DataFrame(
        {
            "model": frame["model"],
            "origin_on": [EPOCH + timedelta(days=int(day)) for day in frame["origin_day"]],
            "segment": frame["segment"].map(names),
            "metric": frame["metric"],
            "value": frame["value"],
            "low": frame["low"],
            "high": frame["high"],
            "customers": frame["customers"],
        }
    )
    return pa.Table.from_pandas(table, preserve_index=False)


def judgement_plots(fitted: Any, newest: Any) -> dict[str, str]:
    """PIT histogram and reliability on the origin that nothing has seen."""
    from ml.payment_timing.calibration import interval

    ours = fitted.forecast(newest.states)
    known = ~np.isnan(ours[:, 0])
    before, until = interval(ours[known], newest.paid_in[known])
    draws = np.random.default_rng(0).random(len(before))
    pit = before + draws * (until - before)
    counts, edges = np.histogram(pit, bins=10, range=(0, 1))
    histogram = pd.DataFrame(
        {"pit": [f"{edge:.1f}" for edge in edges[:-1]], "share": counts / max(len(pit), 1)}
    )
    return {
        "PIT histogram (概率积分变换)": plots.bars(histogram, "pit", "share", rule=0.1),
        "reliability (可靠性)": plots.lines(
            _reliability(ours[known], newest.paid_in[known]), "predicted", "observed", "days",
            is_diagonal=True,
        ),
    }  # fmt: skip


def _reliability(cumulative: np.ndarray, paid_in: np.ndarray) -> pd.DataFrame:
    """Predicted against observed share of payers within 7, 14 and 28 days, in tenths."""
    rows = []
    for day in (7, 14, 28):
        predicted, observed = cumulative[:, day - 1], paid_in <= day
        tenth = np.minimum((predicted * 10).astype(int), 9)
        for number in np.unique(tenth):
            chosen = tenth == number
            rows.append((str(day), float(predicted[chosen].mean()), float(observed[chosen].mean())))
    return pd.DataFrame(rows, columns=["days", "predicted", "observed"])
