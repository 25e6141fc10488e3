"""A customer taken for lost may only pause: the waiting time until such a customer returns.

Maximum likelihood makes the renewal model too sure of death.  The pause is therefore chosen by its
forward score on customers seen again after an earlier origin, never on the day to be forecast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from ml.payment_timing.contract import States

LOG_LIMIT = 12.0


@dataclass(frozen=True)
class ForwardSample:
    """States at an earlier origin, and what came after it."""

    states: States
    waited: np.ndarray  # (n,) time from that origin to the next event, or to the end of sight
    is_seen: np.ndarray  # bool (n,), whether the event was seen; otherwise censored
    bin_width: float = 1.0  # of the score's bins, in the unit of time

    def __post_init__(self) -> None:
        """Refuse outcomes that no forecast could have.

        Raises:
            ValueError: lengths differ, or a wait is not finite and positive.
        """
        count = len(next(iter(self.states.values())))
        if not count == len(self.waited) == len(self.is_seen):
            raise ValueError(f"{count} states, {len(self.waited)} waits, {len(self.is_seen)} marks")
        if not (np.isfinite(self.waited) & (self.waited > 0)).all():
            raise ValueError("a wait after the origin must be finite and above 0; drop such rows")


@dataclass(frozen=True)
class Pause:
    """R(t) = (beta / (beta + t))^s, P(no return within t of the last event); s = 0 is death."""

    s: float = 0.0
    beta: float = 1.0

    def log_ratio(self, elapsed: np.ndarray, ahead: np.ndarray) -> np.ndarray:
        """Log of R(elapsed + ahead) / R(elapsed): no return in the time ahead."""
        return -self.s * np.log1p(ahead / (self.beta + elapsed))

    def density(self, elapsed: np.ndarray, ahead: float) -> np.ndarray:
        """Density of a return after exactly the time ahead, given none within elapsed."""
        ratio = np.exp(self.log_ratio(elapsed, np.asarray(ahead)))
        return ratio * self.s / (self.beta + elapsed + ahead)


def chosen_pause(
    dead: np.ndarray,
    alive: tuple[np.ndarray, np.ndarray],
    elapsed: np.ndarray,
    sample: ForwardSample,
) -> Pause:
    """The pause of the highest mean forward log score.

    Args:
        dead: (n,) P(dead) at the origin.
        alive: P(alive, no event yet) at the wait and one bin before it, two of (n,).
        elapsed: (n,) time from the last event to the origin.
        sample: the outcomes. ln [S(w - bin) - S(w)] where seen, ln S(w) where censored.
    """
    before = np.maximum(sample.waited - sample.bin_width, 0.0)
    scale = max(float(np.median(elapsed)), sample.bin_width)

    def loss(logs: np.ndarray) -> float:
        pause = Pause(float(np.exp(logs[0])), float(np.exp(logs[1]) * scale))
        at = alive[0] + dead * np.exp(pause.log_ratio(elapsed, sample.waited))
        mass = alive[1] + dead * np.exp(pause.log_ratio(elapsed, before)) - at
        likelihood = np.where(sample.is_seen, mass, at)
        return -float(np.log(np.maximum(likelihood, 1e-300)).mean())

    starts = [np.array([s, beta]) for s in (-4.0, -1.0, 1.0) for beta in (0.0, 2.0)]
    bounds = [(-LOG_LIMIT, 3.0), (-3.0, LOG_LIMIT)]
    found = min(
        (minimize(loss, start, method="L-BFGS-B", bounds=bounds) for start in starts),
        key=lambda result: float(result.fun),
    )
    return Pause(float(np.exp(found.x[0])), float(np.exp(found.x[1]) * scale))
