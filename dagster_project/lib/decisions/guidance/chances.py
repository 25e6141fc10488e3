"""The chance that a contact moves a customer: what is declared, then what campaigns measured.

Asked by the matching of a round, and by whoever compares predicted moves with moves made.
"""

from __future__ import annotations

from collections.abc import Sequence

from dagster_project.lib.decisions.guidance.declaration import Means, Target
from ml.matching.moving import Moving, posterior

LEAST_FACTOR = 0.1  # of the declared sd: a means that moves hardly anybody is not certain of it


def chance_of_moving(
    target: Target, means: Means, effects: Sequence[tuple[float, float]]
) -> Moving:
    """The declared chance by that means, pooled with (effect, standard error) of campaigns."""
    factor = means.p_factor
    return posterior(
        min(target.p_move * factor, 1.0), target.p_move_sd * max(factor, LEAST_FACTOR), effects
    )
