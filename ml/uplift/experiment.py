"""A randomised contact as the learners see it: features, arm, outcome, chance of contact.

Validation is here; where the rows come from is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.uplift.refusals import (
    FEWEST_EVENTS,
    FEWEST_PER_ARM,
    Refusal,
    no_variance,
    one_arm,
    too_few,
    too_few_events,
)

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Experiment:
    """Customers of campaigns for one channel; every array has one row a customer.

    features: (n, d), known before the assignment; NaN where not known.
    treated: (n,), assigned to an arm that is contacted (intention to treat).
    outcome: (n,), such as 1 for paid through the target channel.
    propensity: (n,), chance of ``treated`` by the design, strictly between 0 and 1.
    value_yuan: (n,), worth of one unit of the outcome.
    cost_yuan: of one contact.
    """

    features: Floats
    treated: Flags
    outcome: Floats
    propensity: Floats
    value_yuan: Floats
    cost_yuan: float

    def __post_init__(self) -> None:
        rows = len(self.features)
        for name in ("treated", "outcome", "propensity", "value_yuan"):
            if len(getattr(self, name)) != rows:
                raise ValueError(
                    f"{name} has {len(getattr(self, name))} rows, features have {rows}: give "
                    "every customer one of each."
                )
        if rows and not ((self.propensity > 0) & (self.propensity < 1)).all():
            worst = self.propensity[np.argmax(np.abs(self.propensity - 0.5))]
            raise ValueError(
                f"propensity {worst:g}: it must lie strictly between 0 and 1; leave out "
                "campaigns without a holdout."
            )
        if not np.isfinite(self.outcome).all():
            raise ValueError("outcome holds NaN: leave out customers whose outcome is not known.")

    def __len__(self) -> int:
        return len(self.features)

    def refusal(self) -> Refusal | None:
        """Why nothing can be fitted on these customers; None when something can."""
        treated = int(self.treated.sum())
        controls = len(self) - treated
        if min(treated, controls) == 0:
            return one_arm(treated, controls)
        if min(treated, controls) < FEWEST_PER_ARM:
            return too_few(treated, controls)
        levels, counts = np.unique(self.outcome, return_counts=True)
        if len(levels) == 1:
            return no_variance(float(levels[0]))
        rarer = len(self) - int(counts.max())
        return too_few_events(rarer) if rarer < FEWEST_EVENTS else None

    def rows(self, chosen: NDArray[np.int64]) -> Experiment:
        """The customers at the given places."""
        return Experiment(
            self.features[chosen],
            self.treated[chosen],
            self.outcome[chosen],
            self.propensity[chosen],
            self.value_yuan[chosen],
            self.cost_yuan,
        )
