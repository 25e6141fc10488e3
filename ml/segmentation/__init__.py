"""Segmentation of customers: features, K-means, stable labels, cards, drift, value groups.

Sums per customer in, plain tables out; no warehouse and no orchestration here.
"""

from ml.segmentation.cards import Profiles, profile_segments
from ml.segmentation.channel_groups import channel_user_groups
from ml.segmentation.clustering.choice import Effort
from ml.segmentation.explanation.validity import eta_squared
from ml.segmentation.fit import fit_segmentation
from ml.segmentation.fitted import FittedSegmentation
from ml.segmentation.releases.comparison import (
    Comparison,
    NobodyInBothError,
    compare_dates,
    feature_drift,
)
from ml.segmentation.releases.gate import Unmeasured, Verdict, judge_release
from ml.segmentation.rows import ParameterRow
from ml.segmentation.scoring import Scores, score_customers
from ml.segmentation.storage import from_rows, to_rows
from ml.segmentation.value_groups import ValueGroups, value_groups
from ml.segmentation.words import Refusal, Words

__all__ = [
    "Comparison",
    "Effort",
    "FittedSegmentation",
    "NobodyInBothError",
    "ParameterRow",
    "Profiles",
    "Refusal",
    "Scores",
    "Unmeasured",
    "ValueGroups",
    "Verdict",
    "Words",
    "channel_user_groups",
    "compare_dates",
    "eta_squared",
    "feature_drift",
    "fit_segmentation",
    "from_rows",
    "judge_release",
    "profile_segments",
    "score_customers",
    "to_rows",
    "value_groups",
]
