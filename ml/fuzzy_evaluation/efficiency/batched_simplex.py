"""Many small envelopment programmes at once: a primal simplex vectorised over the programmes.

A bootstrap solves units x replications programmes that share their shape: 7 rows or so, a column
per unit.  One at a time by HiGHS they take minutes, mostly in calls; together they are matrix
products.  Every result is certified: the final basis is factored afresh, and what is not optimal
within tolerance is solved again by HiGHS.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.fuzzy_evaluation.arrays import Array
from ml.fuzzy_evaluation.efficiency.envelopment import efficiency

MOST_STEPS = 500
PRICE_TOLERANCE = 1e-9
CERTIFIED = 1e-6
APART = 1e-7  # right-hand sides are moved apart by this, so that no step is degenerate


@dataclass
class _Programmes:
    """State of B programmes of k rows over n reference columns; basis positions 0 = theta."""

    columns: Array  # (replications, k, n) outputs, inputs, 1 of the reference units
    theta: Array  # (B, k) column of theta
    replication: np.ndarray  # (B,)
    basis: np.ndarray  # (B, k) variable numbers: n units, s + m slacks, theta last
    inverse: Array  # (B, k, k)
    values: Array  # (B, k)
    signs: Array  # (s + m,) of the slack columns

    def column(self, which: np.ndarray, variable: np.ndarray) -> Array:
        """Columns (len(which), k) of one variable per programme."""
        units, rows = self.columns.shape[2], self.columns.shape[1]
        result = self.columns[self.replication[which], :, np.minimum(variable, units - 1)]
        slack = variable - units
        is_slack = slack >= 0
        unit = np.zeros((len(which), rows))
        place = np.clip(slack, 0, len(self.signs) - 1)
        unit[np.arange(len(which)), place] = self.signs[place]
        is_theta = slack == len(self.signs)
        result = np.where(is_slack[:, None], unit, result)
        return np.where(is_theta[:, None], self.theta[which], result)

    def prices(self, which: np.ndarray) -> Array:
        """Reduced costs of units and slacks (len(which), n + s + m); theta alone has a cost."""
        dual = self.inverse[which, 0]
        slack = -dual[:, : len(self.signs)] * self.signs
        units = -np.matmul(dual[:, None, :], self.columns[self.replication[which]])[:, 0]
        return np.concatenate([units, slack], axis=1)


def batched_efficiencies(
    reference_inputs: Array, reference_outputs: Array, inputs: Array, outputs: Array,
    is_variable: bool,
) -> Array:  # fmt: skip
    """Efficiencies theta of n units against each of R reference sets of the same n units: (R, n).

    Args:
        reference_inputs: (R, n, m) positive; unit j of each set has the outputs of unit j.
        reference_outputs: (n, s) non-negative, the first one positive.
        inputs: (n, m) of the units measured.
        outputs: (n, s) of the units measured, the same as the reference's.
        is_variable: variable returns to scale.
    """
    x_scale, y_scale = inputs.mean(axis=0), outputs.mean(axis=0)
    ref_x, ref_y = reference_inputs / x_scale, reference_outputs / y_scale
    x, y = inputs / x_scale, outputs / y_scale
    state, target = _start(ref_x, ref_y, x, y, is_variable)
    active = np.arange(len(state.basis))
    for _ in range(MOST_STEPS):
        active = _step(state, active)
        if len(active) == 0:
            break
    theta, is_certain = _certified(state, target)
    theta[active], is_certain[active] = np.nan, False
    for b in np.flatnonzero(~is_certain):
        r, o = divmod(int(b), len(x))
        theta[b] = efficiency(ref_x[r], ref_y, x[o], y[o], is_variable)
    return theta.reshape(len(ref_x), len(x))


def _start(
    ref_x: Array, ref_y: Array, x: Array, y: Array, is_variable: bool
) -> tuple[_Programmes, Array]:
    """Feasible bases: each unit imitates its own counterpart; and the exact right-hand sides."""
    sets, units, m = ref_x.shape
    s, rows, count = y.shape[1], ref_x.shape[2] + y.shape[1] + is_variable, sets * units
    parts = [np.broadcast_to(ref_y.T, (sets, s, units)), ref_x.transpose(0, 2, 1)]
    if is_variable:
        parts.append(np.ones((sets, 1, units)))
    one = np.tile(np.arange(units), sets)
    target, theta = np.zeros((count, rows)), np.zeros((count, rows))
    target[:, :s], target[:, s + m :] = y[one], 1
    theta[:, s : s + m] = -x[one]
    first_free = 0 if is_variable else 1  # without convexity the first output fixes lambda
    apart = APART * (1 + np.arange(m) / 7)
    moved = target.copy()
    moved[:, first_free:s] -= APART * (1 + np.arange(s - first_free) / 3)
    moved[:, s : s + m] = apart
    binding = ((ref_x.reshape(count, m) - apart) / x[one]).argmax(axis=1)
    basis = _first_basis(one, units, s, m, first_free, binding)
    signs = np.concatenate([-np.ones(s), np.ones(m)])
    state = _Programmes(
        np.concatenate(parts, axis=1), theta, np.repeat(np.arange(sets), units), basis,
        np.empty((count, rows, rows)), np.empty((count, rows)), signs,
    )  # fmt: skip
    state.inverse = np.asarray(np.linalg.inv(_basis_matrix(state)), dtype=np.float64)
    state.values = np.einsum("bij,bj->bi", state.inverse, moved)
    return state, target


def _first_basis(
    one: np.ndarray, units: int, s: int, m: int, first_free: int, binding: np.ndarray
) -> np.ndarray:
    """Theta, the counterpart, the free outputs' slacks, and all input slacks but the binding."""
    others = [[i for i in range(m) if i != b] for b in range(m)]
    slack_inputs = np.array(others, dtype=np.int64)[binding]
    theta = np.full((len(one), 1), units + s + m)
    slack_outputs = np.tile(np.arange(first_free, s) + units, (len(one), 1))
    return np.concatenate([theta, one[:, None], slack_outputs, slack_inputs + units + s], axis=1)


def _basis_matrix(state: _Programmes) -> Array:
    every = np.arange(len(state.basis))
    return np.stack(
        [state.column(every, state.basis[:, j]) for j in range(state.basis.shape[1])], axis=2
    )


def _step(state: _Programmes, active: np.ndarray) -> np.ndarray:
    """One pivot in every active programme; those that are optimal leave."""
    prices = state.prices(active)
    entering = prices.argmin(axis=1)
    goes_on = prices[np.arange(len(active)), entering] < -PRICE_TOLERANCE
    active, entering = active[goes_on], entering[goes_on]
    if len(active) == 0:
        return active
    inverse, values = state.inverse[active], state.values[active]
    direction = np.einsum("bij,bj->bi", inverse, state.column(active, entering))
    usable = direction > 1e-10
    usable[:, 0] = False  # theta stays positive, so it stays in the basis
    steps = np.where(usable, values / np.where(usable, direction, 1), np.inf)
    leaving = steps.argmin(axis=1)
    every = np.arange(len(active))
    step = steps[every, leaving]
    is_bounded = np.isfinite(step)
    pivot = np.where(is_bounded, direction[every, leaving], 1)
    pivot_row = inverse[every, leaving] / pivot[:, None]
    direction[every, leaving] = 0
    inverse -= direction[:, :, None] * pivot_row[:, None, :]
    inverse[every, leaving] = pivot_row
    values -= direction * np.where(is_bounded, step, 0)[:, None]
    values[every, leaving] = step
    kept = active[is_bounded]
    state.inverse[kept], state.values[kept] = inverse[is_bounded], values[is_bounded]
    state.basis[kept, leaving[is_bounded]] = entering[is_bounded]
    return kept


def _certified(state: _Programmes, target: Array) -> tuple[Array, np.ndarray]:
    """Values of theta of the final bases, factored afresh, and whether they are optimal."""
    with np.errstate(all="ignore"):
        try:
            state.inverse = np.asarray(np.linalg.inv(_basis_matrix(state)), dtype=np.float64)
        except np.linalg.LinAlgError:
            return np.full(len(target), np.nan), np.zeros(len(target), dtype=bool)
    values = np.einsum("bij,bj->bi", state.inverse, target)
    every = np.arange(len(target))
    size = np.maximum(1, np.abs(state.inverse[:, 0]).max(axis=1))
    is_optimal = state.prices(every).min(axis=1) >= -CERTIFIED * size
    is_feasible = values.min(axis=1) >= -CERTIFIED * np.maximum(1, np.abs(values).max(axis=1)) * 10
    return values[:, 0], is_optimal & is_feasible & np.isfinite(values[:, 0])
