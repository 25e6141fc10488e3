"""Model D: a prepaid balance runs down, the day it reaches the threshold is the day of payment."""

from ml.payment_timing.first_passage.passage import Depletion, InverseGaussianPassage

__all__ = ["Depletion", "InverseGaussianPassage"]
