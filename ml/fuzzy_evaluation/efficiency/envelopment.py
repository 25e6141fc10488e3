"""Input-oriented envelopment programmes, one at a time by HiGHS: the reference solution.

min theta  s.t.  sum_j l_j y_j >= y_o,  sum_j l_j x_j <= theta x_o,  l >= 0, and sum_j l_j = 1 under
variable returns (BCC, Banker, Charnes and Cooper 1984); without it constant returns (CCR 1978).
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog

from ml.fuzzy_evaluation.arrays import Array


def efficiency(
    inputs: Array, outputs: Array, of_inputs: Array, of_outputs: Array, is_variable: bool
) -> float:
    """Efficiency theta of one unit against a reference set; NaN when no such programme is feasible.

    Args:
        inputs: (reference units, m) positive.
        outputs: (reference units, s) non-negative.
        of_inputs: (m,) of the unit measured.
        of_outputs: (s,) of the unit measured.
        is_variable: variable returns to scale (BCC) instead of constant (CCR).
    """
    units = len(inputs)
    cost = np.zeros(units + 1)
    cost[-1] = 1
    upper = np.vstack([
        np.column_stack([-outputs.T, np.zeros(outputs.shape[1])]),
        np.column_stack([inputs.T, -of_inputs]),
    ])  # fmt: skip
    bound = np.concatenate([-of_outputs, np.zeros(inputs.shape[1])])
    convex = np.append(np.ones(units), 0.0)[None, :]
    found = linprog(
        cost, A_ub=upper, b_ub=bound, A_eq=convex if is_variable else None,
        b_eq=[1.0] if is_variable else None, method="highs",
    )  # fmt: skip
    return float(found.fun) if found.status == 0 else float("nan")


def efficiencies(inputs: Array, outputs: Array, is_variable: bool) -> Array:
    """Efficiency theta of every unit within its own set: (units,), 1 on the frontier."""
    return np.array(
        [
            min(1.0, efficiency(inputs, outputs, x, y, is_variable))
            for x, y in zip(inputs, outputs, strict=True)
        ]
    )


def super_efficiencies(inputs: Array, outputs: Array) -> Array:
    """Efficiency against all others, constant returns (Andersen, Petersen 1993); orders ties."""
    others = ~np.eye(len(inputs), dtype=bool)
    return np.array(
        [
            efficiency(inputs[rest], outputs[rest], x, y, is_variable=False)
            for rest, x, y in zip(others, inputs, outputs, strict=True)
        ]
    )
