"""Features from sums: priors, compositions, scaling, what is dropped and what is refused."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import PowerTransformer

from ml.segmentation.features.columns import BadColumnError, as_table
from ml.segmentation.features.compositions import helmert, ilr, replace_zeros
from ml.segmentation.features.declared import FEATURES
from ml.segmentation.features.priors import beta_binomial, normal_inverse_gamma
from ml.segmentation.features.scaling import fit_scaling, yeo_johnson
from ml.segmentation.features.space import FeatureSpace, fit_space
from ml.segmentation.rows import Stored
from tests.ml.segmentation.customers import customers, replaced, without


def test_every_feature_says_unit_reason_and_words_in_both_languages():
    for feature in FEATURES:
        assert feature.unit
        assert feature.reason
        assert feature.weight > 0
        assert any("\u4e00" <= letter <= "\u9fff" for letter in feature.name_zh + feature.high_zh)


def test_prior_of_a_share_is_recovered_from_simulated_customers():
    random = np.random.default_rng(0)
    trials = random.integers(2, 20, 40_000)
    share = random.beta(2.0, 6.0, len(trials))
    alpha, beta = beta_binomial(random.binomial(trials, share).astype(float), trials.astype(float))
    assert alpha == pytest.approx(2.0, rel=0.1)
    assert beta == pytest.approx(6.0, rel=0.1)


def test_prior_of_delays_is_recovered_from_simulated_customers():
    random = np.random.default_rng(0)
    size, n = 40_000, 12
    variance = 1 / random.gamma(5.0, 1 / 0.8, size)
    mean = random.normal(2.0, np.sqrt(0.5), size)
    y = random.normal(mean[:, None], np.sqrt(variance)[:, None], (size, n))
    m0, kappa0, a0, b0 = normal_inverse_gamma(np.full(size, n, float), y.sum(1), (y**2).sum(1))
    assert m0 == pytest.approx(2.0, abs=0.02)
    assert kappa0 == pytest.approx(0.2 / 0.5, rel=0.1)  # E[variance] = 0.8/4
    assert a0 == pytest.approx(5.0, rel=0.15)
    assert b0 / (a0 - 1) == pytest.approx(0.2, rel=0.05)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=7))
def test_replaced_zeros_are_positive_and_sum_to_one(counts):
    parts = replace_zeros(np.array([counts], dtype=float))
    assert (parts > 0).all()
    assert parts.sum() == pytest.approx(1.0)


def test_log_ratio_distances_are_the_distances_of_centred_log_ratios():
    parts = np.random.default_rng(0).dirichlet(np.ones(5), 20)
    clr = np.log(parts) - np.log(parts).mean(axis=1, keepdims=True)
    points = ilr(parts)
    left = np.linalg.norm(points[:, None] - points, axis=2)
    np.testing.assert_allclose(left, np.linalg.norm(clr[:, None] - clr, axis=2), atol=1e-9)
    basis = helmert(5)
    np.testing.assert_allclose(basis.T @ basis, np.eye(4), atol=1e-12)


@pytest.mark.parametrize("exponent", [-1.5, 0.0, 0.7, 1.0, 2.0])
def test_power_transform_equals_that_of_scikit_learn(exponent):
    x = np.linspace(-3, 5, 41)
    oracle = PowerTransformer("yeo-johnson", standardize=False).fit(x[:, None])
    oracle.lambdas_ = np.array([exponent])
    np.testing.assert_allclose(yeo_johnson(x, exponent), oracle.transform(x[:, None])[:, 0])


def test_one_extreme_value_does_not_move_the_scale_of_the_others():
    values = np.random.default_rng(0).lognormal(3, 0.5, 5000)
    plain = fit_scaling(values, "yeo_johnson", 1.0, 0.1)
    extreme = fit_scaling(np.append(values, 1e12), "yeo_johnson", 1.0, 0.1)
    assert plain is not None
    assert extreme is not None
    np.testing.assert_allclose(extreme.apply(values), plain.apply(values), atol=0.02)
    assert extreme.apply(np.array([1e12]))[0] < 5


def test_constant_features_are_dropped_and_named():
    table = replaced(customers(), "late_payments", np.zeros(1200, int))
    table = replaced(table, "arrears_days", np.zeros(1200, int))
    dropped = fit_space(table).dropped
    assert dropped == dict.fromkeys(("payments_per_bill", "late_share", "arrears_days"), "constant")


def test_features_of_missing_sources_are_dropped_and_named():
    nothing = pa.nulls(1200, pa.int64())
    table = without(replaced(customers(), "complaints", nothing), "bills", "contacts")
    dropped = fit_space(table).dropped
    assert set(dropped) == {"payments_per_bill", "complaints", "contacts"}
    assert set(dropped.values()) == {"not_delivered"}


def test_a_source_without_a_single_observation_drops_its_features():
    nobody = np.zeros(1200, int)
    table = replaced(replaced(customers(), "due_payments", nobody), "late_payments", nobody)
    dropped = fit_space(table).dropped
    assert dropped["late_share"] == dropped["arrears_days"] == "not_observed"


def test_priors_of_customers_seen_once_are_those_of_all_together():
    once = np.ones(4)
    alpha, beta = beta_binomial(np.array([1.0, 0, 0, 0]), once)
    assert alpha / (alpha + beta) == 0.25
    assert normal_inverse_gamma(once, np.full(4, 2.0), np.full(4, 4.0))[0] == 2.0


def test_one_channel_only_leaves_out_the_mix_and_says_so():
    table = customers()
    for name in ("kiosk", "bank", "wechat", "alipay", "app", "other", "online"):
        table = replaced(table, f"{name}_payments", np.zeros(1200, int))
    space = fit_space(table)
    assert space.dropped["channel_mix"] == "one_channel_family"
    assert "channel_mix" not in space.groups


def test_a_source_that_stops_after_the_fit_is_imputed_and_counted():
    space = fit_space(customers())
    placed = space.place(without(customers(), "complaints"))
    assert (placed.imputed == 1).all()
    assert np.isfinite(placed.coordinates).all()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("amount_sum", np.nan, "amount_sum: 1 of 1200 values are NaN"),
        ("amount_sum", np.inf, "amount_sum: 1 of 1200 values are NaN, infinite"),
        ("delay_log_sum", -0.5, "delay_log_sum: 1 of 1200"),
        ("late_payments", 13, "late_payments exceeds due_payments in 1 of 1200 rows"),
    ],
)
def test_impossible_sums_are_refused_by_name(name, value, said):
    values = customers().column(name).to_numpy().astype(float)
    values[3] = value
    with pytest.raises(BadColumnError, match=said):
        fit_space(replaced(customers(), name, pa.array(values, from_pandas=False)))


def test_something_else_than_a_table_is_refused():
    with pytest.raises(BadColumnError, match="expected an Arrow table"):
        as_table([1, 2])


def test_a_stored_space_places_customers_alike():
    space = fit_space(customers())
    again = FeatureSpace.from_rows(Stored(space.to_rows()))
    table = customers(50, seed=9)
    np.testing.assert_array_equal(again.place(table).coordinates, space.place(table).coordinates)
