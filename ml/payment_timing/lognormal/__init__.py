"""Model B: lognormal delay after issue with normal-inverse-gamma pooling."""

from ml.payment_timing.lognormal.model import LognormalDelay

__all__ = ["LognormalDelay"]
