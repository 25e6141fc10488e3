"""How well a ranking finds those whom a contact moves, and what a rule is worth."""

from ml.uplift.evaluation.bootstrap import LEVEL_95, Figure, band, figure
from ml.uplift.evaluation.curves import Ranked, ranking
from ml.uplift.evaluation.policy import policy_value

__all__ = ["LEVEL_95", "Figure", "Ranked", "band", "figure", "policy_value", "ranking"]
