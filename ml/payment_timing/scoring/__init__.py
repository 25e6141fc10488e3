"""From fitted models and states to one published row per customer."""

from ml.payment_timing.scoring.batches import score_batches, score_states
from ml.payment_timing.scoring.pooling import scored_forecast

__all__ = ["score_batches", "score_states", "scored_forecast"]
