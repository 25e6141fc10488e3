"""The models every claim is made against: constant rates, habits, and the purchase models."""

from ml.payment_timing.baselines.beta_geometric import BetaGeometric
from ml.payment_timing.baselines.kernels import LastGap, MeanGap
from ml.payment_timing.baselines.rates import ExponentialGaps, GammaGaps

__all__ = ["BetaGeometric", "ExponentialGaps", "GammaGaps", "LastGap", "MeanGap"]
