"""Uplift: whom a contact moves, from randomised campaigns.

Learners, how they are judged, and intervals that pay for contacts belong here; reading campaigns
and writing tables do not.
"""

from ml.uplift.calibration import Uplifts
from ml.uplift.experiment import Experiment
from ml.uplift.fit import FittedUplift, fit_uplift, pays
from ml.uplift.judgement import AVERAGE, EVERYBODY, RANDOM, Judgement
from ml.uplift.refusals import Refusal

__all__ = [
    "AVERAGE",
    "EVERYBODY",
    "RANDOM",
    "Experiment",
    "FittedUplift",
    "Judgement",
    "Refusal",
    "Uplifts",
    "fit_uplift",
    "pays",
]
