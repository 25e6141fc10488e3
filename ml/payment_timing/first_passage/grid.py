"""Survival by quadrature: the predictive density cumulated from the far end on a log grid.

Every customer has a grid of the same length, dense around the expected day and reaching far beyond
it; between its nodes ln S is a cubic with the exact slope.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ml.payment_timing.first_passage.density import density_per_log_time, never
from ml.payment_timing.first_passage.posterior import Posterior

NODES = 56  # the error of S is then below 2e-4 for all posteriors tried, 2e-5 at the median
REACH = 10.0  # of ln time below the expected day; the density there is below e^-10 per a_n
BEYOND = 6.0  # of ln time above both the expected day and kappa_n, where S falls like 1/t
STEEP = 8.0  # ratio of neighbouring slopes from which the log-linear rule is the better one
# Of a m / sigma^2: a spread of 1 % of the expected time. Payments are dated to the day, so a month
# is never known better, and a narrower peak would fall between the nodes.
MOST_SHAPE = 1e4
LEAST = 1e-300


class SurvivalGrid:
    """S(t) of the time to fall by a distance, for n customers and a mixture of k distances."""

    def __init__(self, posterior: Posterior, distance: np.ndarray, weight: np.ndarray) -> None:
        """Cumulate the mixture of densities.

        Args:
            posterior: of n customers.
            distance: (n, k), above 0.
            weight: (n, k), rows sum to one.
        """
        mean = (weight * distance).sum(axis=1)
        floor = posterior.a * mean * posterior.mean / MOST_SHAPE
        posterior = replace(posterior, b=np.maximum(posterior.b, floor))
        mode, self.width = self._mode_and_width(posterior, distance, weight, mean)
        self.centre = np.log(mean / posterior.mean) + mode
        high = np.log1p(posterior.kappa * posterior.mean / mean) + BEYOND - mode
        self.low = np.arcsinh(-REACH / self.width)
        self.step = (np.arcsinh(high / self.width) - self.low) / (NODES - 1)
        growth = np.exp(self.low[:, None] + self.step[:, None] * np.arange(NODES))
        stretch, cosh = (growth - 1 / growth) / 2, (growth + 1 / growth) / 2
        time = np.exp(self.centre[:, None] + self.width[:, None] * stretch)
        density = density_per_log_time(posterior, distance, weight, time)
        self.never = np.zeros(len(mean))
        for at in range(distance.shape[1]):
            self.never += weight[:, at] * never(posterior, distance[:, at])
        slope = density * self.width[:, None] * cosh
        tail = density[:, -1] + self.never  # beyond the grid f falls like 1/t^2
        survival = np.maximum(_from_the_end(slope, self.step) + tail[:, None], LEAST)
        # The first node is 1 but for the quadrature's error, which is taken out here.
        self.log_survival = np.log(survival / survival[:, :1])
        self.log_slope = -slope / survival * self.step[:, None]

    @staticmethod
    def _mode_and_width(
        posterior: Posterior, distance: np.ndarray, weight: np.ndarray, mean: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Mode of ln(time / expected time) of an inverse Gaussian, and the spread around it.

        With shape phi = a m / sigma^2 the mode of ln u solves phi - u - phi u^2 = 0, the curvature
        there is phi cosh(ln u); the drift's and the distances' spread are added.
        """
        shape = mean * posterior.mean / posterior.variance
        mode = np.log(2 * shape / (1 + np.sqrt(1 + 4 * shape**2)))
        walk = 1 / (shape * np.cosh(mode))
        drift = posterior.variance / (posterior.kappa * posterior.mean**2)
        spread = (weight * (distance / mean[:, None] - 1) ** 2).sum(axis=1)
        return mode, np.clip(np.sqrt(walk + np.minimum(drift, 1.0) + spread), 0.01, 2.0)

    def log_at(self, time: np.ndarray) -> np.ndarray:
        """Log of S(t) for time (n, h) >= 0."""
        stretch = np.log(np.maximum(time, LEAST)) - self.centre[:, None]
        stretch /= self.width[:, None]
        size = np.abs(stretch)
        place = np.copysign(np.log(size + np.sqrt(size * size + 1)), stretch)
        place = np.clip((place - self.low[:, None]) / self.step[:, None], 0.0, NODES - 1.0)
        left = np.minimum(place.astype(np.intp), NODES - 2)
        part = place - left
        left += np.arange(len(time))[:, None] * NODES
        y0, y1 = self.log_survival.take(left), self.log_survival.take(left + 1)
        rise = y1 - y0
        # A cubic whose end slopes exceed three times the rise would leave the monotone.
        d0 = np.maximum(self.log_slope.take(left), 3 * rise)
        d1 = np.maximum(self.log_slope.take(left + 1), 3 * rise)
        return y0 + part * (d0 + part * (3 * rise - 2 * d0 - d1 + part * (d0 + d1 - 2 * rise)))


def _from_the_end(slope: np.ndarray, step: np.ndarray) -> np.ndarray:
    """Integral of the slope from every node to the last.

    A panel is h/24 (-g0 + 13 g1 + 13 g2 - g3), exact for cubics; where the slope falls steeply, in
    the far tail, the log-linear h (g1 - g2) / ln(g1 / g2), which keeps the relative size.
    """
    before, after = slope[:, :-1], slope[:, 1:]
    panels = (before + after) / 2
    inner = 13 * (slope[:, 1:-2] + slope[:, 2:-1]) - slope[:, :-3] - slope[:, 3:]
    panels[:, 1:-1] = np.maximum(inner / 24, 0.0)
    steep = np.flatnonzero(np.maximum(before, after) > STEEP * np.minimum(before, after))
    one, other = before.ravel()[steep] + LEAST, after.ravel()[steep] + LEAST
    panels.ravel()[steep] = (one - other) / np.log(one / other)
    panels *= step[:, None]
    result = np.zeros_like(slope)
    result[:, :-1] = np.cumsum(panels[:, ::-1], axis=1)[:, ::-1]
    return result
