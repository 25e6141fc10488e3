"""DEA: the programmes, the bootstrap against a known frontier, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.fuzzy_evaluation import Production, evaluate_efficiency
from ml.fuzzy_evaluation.efficiency.batched_simplex import batched_efficiencies
from ml.fuzzy_evaluation.efficiency.bootstrap import bootstrap, draw_efficiencies
from ml.fuzzy_evaluation.efficiency.envelopment import (
    efficiencies,
    efficiency,
    super_efficiencies,
)
from tests.ml.fuzzy_evaluation.examples import SLOW_PROPERTY

SIMPLE = Production(inputs=("cost",), outputs=("payments",), counts=())


def technology(units: int, inputs: int, outputs: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    size = np.exp(random.normal(0, 2, (units, 1)))
    return (
        size * np.exp(random.normal(0, 0.5, (units, inputs))),
        size * np.exp(random.normal(0, 0.4, (units, outputs))),
    )


def test_one_input_and_output_under_constant_returns_is_the_ratio_to_the_best() -> None:
    x, y = technology(12, 1, 1, 1)
    ratio = (y / x)[:, 0]
    assert efficiencies(x, y, False) == pytest.approx(ratio / ratio.max())
    best = int(ratio.argmax())
    others = np.delete(ratio, best).max()
    assert super_efficiencies(x, y)[best] == pytest.approx(ratio[best] / others)


def test_variable_returns_are_never_stricter_than_constant_ones() -> None:
    x, y = technology(25, 2, 2, 2)
    assert (efficiencies(x, y, True) >= efficiencies(x, y, False) - 1e-9).all()


@SLOW_PROPERTY
@given(st.integers(1, 3), st.integers(1, 3), st.booleans(), st.integers(0, 99))
def test_the_batched_programmes_equal_those_of_highs(
    inputs: int, outputs: int, is_variable: bool, seed: int
) -> None:
    x, y = technology(15, inputs, outputs, seed)
    random = np.random.default_rng(seed)
    sets = np.stack([x, x * random.uniform(0.5, 1.5, (15, 1)), x * random.uniform(1, 2, x.shape)])
    ours = batched_efficiencies(sets, y, x, y, is_variable)
    for r, reference in enumerate(sets):
        theirs = [efficiency(reference, y, a, b, is_variable) for a, b in zip(x, y, strict=True)]
        assert ours[r] == pytest.approx(np.array(theirs), rel=1e-6)


def test_units_without_an_output_and_copies_of_units_are_measured_all_the_same() -> None:
    x, y = technology(15, 2, 2, 5)
    y[3, 1], x[4], y[4] = 0, x[5], y[5]
    ours = batched_efficiencies(x[None], y, x, y, True)[0]
    assert ours == pytest.approx(efficiencies(x, y, True), rel=1e-6)


def test_drawn_efficiencies_keep_mean_and_variance_and_stay_below_one() -> None:
    theta = np.random.default_rng(1).beta(6, 2, 300)
    drawn = draw_efficiencies(theta, 0.05, 500, np.random.default_rng(2))
    assert drawn.max() <= 1
    assert drawn.min() > 0
    assert drawn.mean() == pytest.approx(theta.mean(), abs=0.01)
    assert drawn.std() == pytest.approx(theta.std(), rel=0.05)


def test_the_bootstrap_takes_away_most_of_the_bias() -> None:
    # Two inputs, frontier y = sqrt(x1 x2) under constant returns, half-normal inefficiency.
    random = np.random.default_rng(11)
    raw, corrected = [], []
    for _ in range(8):
        y = random.uniform(1, 9, (40, 1))
        truth = np.exp(-np.abs(random.normal(0, 0.3, 40)))
        mix = np.exp(random.normal(0, 0.5, (40, 1)))
        x = np.hstack([mix, 1 / mix]) * y / truth[:, None]
        theta = efficiencies(x, y, False)
        boot = bootstrap(x, y, theta, False, random, 200)
        raw.append((theta - truth).mean())
        corrected.append((boot.corrected - truth).mean())
        assert (boot.low <= boot.corrected + 1e-12).all()
        assert (boot.corrected <= theta + 1e-12).all()
    assert abs(np.mean(corrected)) < abs(np.mean(raw)) / 2


def demo(regions: int, **columns: object) -> pd.DataFrame:
    random = np.random.default_rng(9)
    frame = pd.DataFrame(
        [(c, f"R{r}") for c in ("app", "bank", "counter") for r in range(regions)],
        columns=["unit", "region"],
    )
    frame["payments"] = random.integers(50, 500, len(frame))
    worse = frame["unit"].map({"app": 1.0, "bank": 1.5, "counter": 4.0})
    frame["cost"] = frame["payments"] * worse * random.uniform(1, 1.2, len(frame))
    return frame.assign(**columns)


def test_channels_are_ordered_by_efficiency_and_disagreement_is_shown() -> None:
    scores = pd.Series({"app": 70.0, "bank": 90.0, "counter": 50.0})
    result = evaluate_efficiency(demo(6), scores, SIMPLE, is_variable=False, replications=200)
    table = result.channels.set_index("unit")
    assert table["efficiency_rank"].to_dict() == {"app": 1, "bank": 2, "counter": 3}
    assert table["rank_difference"].to_dict() == {"app": -1, "bank": 1, "counter": 0}
    assert result.tau_with_scores == pytest.approx(1 / 3)
    assert sorted(result.units["rank"]) == list(range(1, 19))
    assert result.refusal is None


def test_fewer_units_than_three_per_dimension_are_refused_in_both_languages() -> None:
    result = evaluate_efficiency(demo(1), None, SIMPLE)
    assert result.units.empty
    assert result.refusal is not None
    assert "3 units" in result.refusal.en
    assert "at least 6" in result.refusal.en
    assert "至少应有 6 个" in result.refusal.zh


def test_a_channel_without_a_cost_is_left_out_and_counted() -> None:
    frame = demo(6)
    frame.loc[frame["unit"] == "bank", "cost"] = np.nan
    result = evaluate_efficiency(frame, None, SIMPLE, replications=100)
    assert result.left_out == 6
    assert set(result.units["unit"]) == {"app", "counter"}


def test_a_unit_without_failures_can_be_compared() -> None:
    frame = demo(6, failures=0)
    frame.loc[0, "failures"] = 3
    made = Production(("cost", "failures"), ("payments",), ("failures",))
    result = evaluate_efficiency(frame, None, made, replications=100)
    assert result.left_out == 0
    assert np.isfinite(result.units["corrected_efficiency"]).all()


def test_equal_units_are_all_efficient() -> None:
    frame = demo(6, payments=100, cost=50.0)
    result = evaluate_efficiency(frame, None, SIMPLE, replications=100)
    assert result.units["bcc_efficiency"].to_numpy() == pytest.approx(np.ones(18))


def test_an_absent_column_is_an_error() -> None:
    with pytest.raises(ValueError, match="columns \\['cost'\\] expected"):
        evaluate_efficiency(demo(6).drop(columns="cost"), None, SIMPLE)
