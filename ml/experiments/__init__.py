"""Effects of campaigns: planning, estimation and validity of randomised experiments.

Sufficient statistics in, effects out; no warehouse, no orchestration, no rows of customers here.
"""

from ml.experiments.planning import (
    customers_for_difference,
    customers_per_arm,
    detectable_effect,
    power_of,
)
from ml.experiments.sample_ratio import sample_ratio

__all__ = [
    "customers_for_difference",
    "customers_per_arm",
    "detectable_effect",
    "power_of",
    "sample_ratio",
]
