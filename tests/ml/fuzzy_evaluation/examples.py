"""Builders of small declarations and units for the tests of the fuzzy evaluation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import settings

from ml.fuzzy_evaluation import Declaration, parse_declaration

# A loaded machine is no counterexample: properties are never timed.
PROPERTY = settings(deadline=None, max_examples=60)
SLOW_PROPERTY = settings(deadline=None, max_examples=8)
CHANNELS = ("agency", "app", "bank", "counter", "wechat")


def indicator(code: str, direction: str = "higher", **changes: Any) -> dict[str, Any]:
    """One indicator with a standard of five breakpoints."""
    return {
        "code": code, "name": {"en": code.title(), "zh": f"指标{code}"}, "unit": "%",
        "direction": direction, "source": "payments", "column": code,
        "breakpoints": [10, 30, 50, 70, 90],
    } | changes  # fmt: skip


def question(code: str) -> dict[str, Any]:
    """One survey question."""
    made = indicator(code, question=code, source="satisfaction_survey")
    return {key: value for key, value in made.items() if key not in ("column", "breakpoints")}


def group(code: str, *indicators: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """One group whose indicators are judged alike."""
    size = len(indicators)
    return {
        "code": code, "name": {"en": code.title(), "zh": f"组{code}"},
        "indicators": list(indicators), "judgements": [[1] * size for _ in range(size)],
    } | changes  # fmt: skip


def document(*groups: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A whole declaration as YAML gives it; default two groups of two indicators."""
    used = groups or (
        group("speed", indicator("fast"), indicator("late", "lower")),
        group("cost", indicator("dear", "lower"), indicator("liked")),
    )
    names = {"excellent": ("优", 95), "good": ("良", 80), "fair": ("中", 65), "poor": ("差", 45)}
    return {
        "evaluation": "example", "title": {"en": "Example", "zh": "示例"},
        "grades": [
            {"code": code, "name": {"en": code.title(), "zh": zh}, "score": score}
            for code, (zh, score) in names.items()
        ],
        "operator": "bounded-product-sum", "phi": 0.5, "objective_weights": "entropy-critic",
        "weight_noise": 50, "answers": {5: "excellent", 4: "good", 3: "fair", 2: "poor", 1: "poor"},
        "groups": list(used), "judgements": [[1] * len(used) for _ in used],
    } | changes  # fmt: skip


def declaration(*groups: dict[str, Any], **changes: Any) -> Declaration:
    """The parsed form of ``document``."""
    return parse_declaration(document(*groups, **changes), "example.yaml")


def units(
    months: int = 3, channels: tuple[str, ...] = CHANNELS, seed: int = 5, **columns: Any
) -> pd.DataFrame:
    """Channels x months with the four indicators of ``document`` between 0 and 100."""
    random = np.random.default_rng(seed)
    periods = pd.date_range("2025-01-01", periods=months, freq="MS")
    frame = pd.DataFrame([(c, p) for p in periods for c in channels], columns=["unit", "period"])
    for column in ("fast", "late", "dear", "liked"):
        frame[column] = random.uniform(0, 100, len(frame))
    return frame.assign(**columns)


def answers(frame: pd.DataFrame, code: str, shares: dict[str, list[int]]) -> pd.DataFrame:
    """Survey answers (grades 1 to 5) of the channels in ``shares``, alike in every month."""
    rows = [
        (unit, period, code, grade + 1, count)
        for unit, period in frame[["unit", "period"]].itertuples(index=False)
        if unit in shares
        for grade, count in enumerate(shares[unit])
    ]
    return pd.DataFrame(rows, columns=["unit", "period", "question", "grade", "answers"])
