"""What a rule of contacting is worth: doubly robust evaluation in yuan a customer."""

from __future__ import annotations

import numpy as np

from ml.uplift.evaluation.bootstrap import LEVEL_95, Figure
from ml.uplift.experiment import Flags, Floats


def policy_value(contacts: Flags, scores: Floats, value_yuan: Floats, cost_yuan: float) -> Figure:
    """Mean of contact (Gamma v - c) over all customers, against contacting nobody.

    Args:
        contacts: whom the rule contacts, decided without the customer's own outcome, (n,).
        scores: doubly robust scores Gamma, (n,).
        value_yuan: worth v of one unit of the outcome, (n,).
        cost_yuan: cost c of a contact.

    Source: Athey and Wager (2021).
    """
    gained = contacts * (scores * value_yuan - cost_yuan)
    spread = LEVEL_95 * float(gained.std(ddof=1)) / float(np.sqrt(len(gained)))
    mean = float(gained.mean())
    return Figure(mean, mean - spread, mean + spread)
