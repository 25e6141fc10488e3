"""A small market: a counter, an app of the utility, and two partners under contract."""

from __future__ import annotations

from typing import Any

import numpy as np

from ml.commission import Market, Responses, Terms, Tier

CHANNELS = ("alipay", "app", "counter", "wechat")
WECHAT = Terms((Tier(0, 0.4), Tier(1_000_000, 0.2)), floor_yuan=0.01, cap_yuan=25)
ALIPAY = Terms((Tier(0, 0.6),))


def market(**changes: Any) -> Market:
    """Twelve months alike: 1,000 to 4,000 payments of 50 and 200 yuan by channel."""
    orders = np.array([[600, 400], [300, 200], [800, 600], [1500, 1000]], dtype=float)
    amounts = orders * np.array([50.0, 200.0])
    facts: dict[str, Any] = {
        "channels": CHANNELS,
        "terms": {"wechat": WECHAT, "alipay": ALIPAY},
        "partners": ("alipay", "wechat"),
        "months": np.repeat(amounts.sum(axis=1, keepdims=True) / 12, 12, axis=1),
        "orders": orders,
        "amounts": amounts,
        "handling_yuan": np.array([0.03, 0.12, 6.5, 0.03]),
        "on_time": np.array([0.7, 0.75, 0.68, 0.73]),
        "areas": ("north", "south"),
        "area_payments": np.array([[500, 300, 1000, 1500], [500, 200, 400, 1000]], dtype=float),
        "scores": {"wechat": 83.0, "alipay": 70.0},
        "grades": {},
    }
    return Market(**(facts | changes))


def responses(mean: float = 0.3, sd: float = 0.1, draws: int = 200) -> Responses:
    """Draws around one mean, alike for both partners."""
    drawn = np.random.default_rng(1).normal(mean, sd, size=(draws, 2))
    ones = np.ones(2)
    return Responses(("alipay", "wechat"), mean * ones, sd * ones, drawn, (True, True))
