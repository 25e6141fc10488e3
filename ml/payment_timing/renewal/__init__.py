"""Model C: gamma renewals of unknown regularity, for payments that no bill triggers."""

from ml.payment_timing.renewal.lifetime import GammaRenewalLifetime
from ml.payment_timing.renewal.mixture import GammaRenewalMixture
from ml.payment_timing.renewal.pause import ForwardSample, Pause

__all__ = ["ForwardSample", "GammaRenewalLifetime", "GammaRenewalMixture", "Pause"]
