"""Model C: the fitted gamma-renewal mixture and what it says of the next event.

The state of a customer is four sums, the answer a closed form; likelihood, fit, pause and expected
counts live beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ml.payment_timing.contract import States
from ml.payment_timing.parameter_table import (
    ParameterTable,
    fitted_by_stratum,
    sample_of,
    strata_of,
    taken,
)
from ml.payment_timing.parameters import ParameterRow
from ml.payment_timing.renewal.counts import expected_events
from ml.payment_timing.renewal.fitting import SHAPES, fit_parameters
from ml.payment_timing.renewal.history import History, covered, history_of
from ml.payment_timing.renewal.likelihood import Hyper, log_likelihood
from ml.payment_timing.renewal.pause import ForwardSample, Pause, chosen_pause
from ml.payment_timing.renewal.standing import standing_of

NAME = "gamma_renewal_mixture"
CELLS = 60_000  # customers x days of one block: its arrays stay in a core's cache


@dataclass(frozen=True)
class GammaRenewalMixture:
    """Gap | m, k ~ Gamma(k, rate k m), m ~ Gamma(r, alpha), dropout p ~ Beta(a, b), k ~ pi."""

    shapes: tuple[int, ...]
    table: ParameterTable
    pause: Pause

    @classmethod
    def fit(
        cls,
        states: States,
        *,
        shapes: tuple[int, ...] = SHAPES,
        forward: ForwardSample | None = None,
        most_customers: int = 200_000,
        seed: int = 0,
    ) -> GammaRenewalMixture:
        """Fit by maximum marginal likelihood, per stratum where it has enough repeat customers.

        Args:
            states: any customers; those not covered are left out.
            shapes: the grid of k; (1,) is the MBG/NBD.
            forward: an inner split. With it the pause is chosen by forward score; without it a
                lost customer is lost for ever.
            most_customers: size of the sample that is fitted.
            seed: of the sample.

        Raises:
            ValueError: shapes are not distinct whole numbers, or no customer has a repeat.
        """
        if len(set(shapes)) != len(shapes) or any(k < 1 or k != int(k) for k in shapes):
            raise ValueError(f"shapes must be distinct whole numbers of at least 1, got {shapes}")
        pause = Pause()
        if forward is not None:
            inner = cls.fit(forward.states, shapes=shapes, most_customers=most_customers, seed=seed)
            pause = inner._pause_of(forward)
        sample = sample_of(taken(states, covered(states)), most_customers, seed)
        table = fitted_by_stratum(
            sample,
            lambda own: fit_parameters(history_of(own), shapes),
            np.asarray(sample["payment_days"]) > 1,
        )
        return cls(tuple(shapes), table, pause)

    def covers(self, states: States) -> np.ndarray:
        """Customers with a payment day and a sound history; bool (n,)."""
        return covered(states)

    def survival(self, states: States, days: np.ndarray) -> np.ndarray:
        """S(w) = sum_k W_k [R(D+w)/R(D) + rho I_k(D+w)] / sum_k W_k [1 + rho I_k(D)]; (n, h).

        D is the time since the last event, W_k the shape's weight given the gaps, rho = (b+x)/a,
        I_k the survival of the gap, R of the pause.

        Raises:
            ValueError: a customer is not covered.
        """
        history, strata = history_of(states), strata_of(states)
        days = np.asarray(days, dtype=float)
        result = np.empty((len(history), len(days)))
        block = max(1, CELLS // max(1, len(days)))
        for start in range(0, len(history), block):
            rows = slice(start, start + block)
            own = self._hyper(strata[rows])
            result[rows] = self._survival(history[rows], own, days[None, :])
        return result

    def alive(self, states: States) -> np.ndarray:
        """P(not dropped out at the origin | history); (n,)."""
        standing = standing_of(history_of(states), self._hyper(strata_of(states)))
        return np.minimum(standing.alive.sum(axis=1), 1.0)

    def log_likelihood(self, states: States) -> np.ndarray:
        """Marginal log likelihood of every customer's history; (n,)."""
        return log_likelihood(history_of(states), self._hyper(strata_of(states)))

    def expected_payments(self, states: States, horizon: float) -> np.ndarray:
        """E(number of payment days within the horizon after the origin | history); (n,)."""
        history, hyper = history_of(states), self._hyper(strata_of(states))
        return expected_events(history, standing_of(history, hyper), hyper, self.pause, horizon)

    def to_rows(self) -> list[ParameterRow]:
        """The model as parameter rows."""
        own = [("shape", at, float(shape)) for at, shape in enumerate(self.shapes)]
        own += [("pause_s", 0, self.pause.s), ("pause_beta", 0, self.pause.beta)]
        return [ParameterRow(f"{NAME}.all", -1, *row) for row in own] + self.table.to_rows(NAME)

    @classmethod
    def from_rows(cls, rows: Iterable[ParameterRow]) -> GammaRenewalMixture:
        """The model that `to_rows` wrote."""
        rows = list(rows)
        common = ParameterTable.from_rows(rows, f"{NAME}.all")
        own = dict(zip(common.columns, common.values[0], strict=True))
        shapes = tuple(int(value) for (name, _), value in own.items() if name == "shape")
        pause = Pause(own["pause_s", 0], own["pause_beta", 0])
        return cls(shapes, ParameterTable.from_rows(rows, NAME), pause)

    def _hyper(self, strata: np.ndarray) -> Hyper:
        own = self.table.of(strata)
        r, alpha, a, b = (own[name][:, 0] for name in ("r", "alpha", "a", "b"))
        return Hyper(r, alpha, a, b, own["weight"], self.shapes)

    def _survival(self, history: History, hyper: Hyper, ahead: np.ndarray) -> np.ndarray:
        standing = standing_of(history, hyper)
        dead = standing.dead.sum(axis=1)[:, None]
        result = dead * np.exp(self.pause.log_ratio(history.elapsed[:, None], ahead))
        result += standing.silent(history, self.shapes, ahead)
        return np.minimum.accumulate(np.clip(result, 0.0, 1.0), axis=1)

    def _pause_of(self, forward: ForwardSample) -> Pause:
        is_covered = covered(forward.states)
        states = taken(forward.states, is_covered)
        sample = ForwardSample(
            states, forward.waited[is_covered], forward.is_seen[is_covered], forward.bin_width
        )
        history = history_of(states)
        standing = standing_of(history, self._hyper(strata_of(states)))
        before = np.maximum(sample.waited - sample.bin_width, 0.0)
        ahead = np.stack([sample.waited, before], axis=1)
        silent = standing.silent(history, self.shapes, ahead)
        dead = np.minimum(standing.dead.sum(axis=1), 1.0)
        return chosen_pause(dead, (silent[:, 0], silent[:, 1]), history.elapsed, sample)
