"""Names of segments agree with what their cards show, on simulated and on demo customers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from ml.segmentation import FittedSegmentation, fit_segmentation, profile_segments
from ml.segmentation.explanation.differences import segment_sums
from ml.segmentation.explanation.naming import name_segments, said_by
from ml.segmentation.features.declared import BY_NAME, FAMILIES
from ml.segmentation.words import Words
from tests.ml.segmentation.conftest import QUICK
from tests.ml.segmentation.customers import customers, kinds, prepaid

ON_CARDS = {
    "delay_mean": "typical_days_from_bill",
    "late_share": "late_share_pct",
    "night_share": "night_share_pct",
    "digital_share": "online_share_pct",
}


def contradictions(fitted, table):
    """Words of names and of cards that the card's own numbers do not bear out."""
    profiles = profile_segments(fitted, table)
    cards = profiles.cards.to_pylist()
    means = {(r["segment"], r["feature"]): r for r in profiles.differences.to_pylist()}
    found = []
    for card in cards:
        name = Words(card["segment_name_en"], card["segment_name_zh"])
        for word in {*said_by(name), *card["sets_apart_en"].split("; ")} - {"", "average"}:
            if not _holds(word, card, means):
                found.append((card["segment_name_en"], word))
    return found


def _holds(word, card, means):
    if word == "prepaid":
        return card["typical_days_from_bill"] is None
    for family in FAMILIES:
        if word == f"pays by {family.name_en}":
            return card["main_channel_family"] == family.code
    for name, feature in BY_NAME.items():
        if word in (feature.high_en, feature.low_en):
            gap = means[card["segment"], name]["standardised_difference"]
            shown = card[ON_CARDS[name]] if name in ON_CARDS else 0
            most = name != "digital_share" or (shown > 50) == (word == feature.high_en)
            return shown is not None and most and (gap > 0) == (word == feature.high_en)
    return False


def test_names_and_cards_agree_on_well_separated_kinds(fitted):
    assert contradictions(fitted, customers()) == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_names_and_cards_agree_where_a_third_has_no_bills(seed):
    table = customers(900, seed=seed)
    who = np.random.default_rng(seed).random(900) < np.array([0.1, 0.9, 0.6, 0.0])[kinds(table)]
    table = prepaid(table, who)
    found = fit_segmentation(table, candidates=(3, 4, 5), effort=QUICK, seed=seed)
    assert isinstance(found, FittedSegmentation)
    assert contradictions(found, table) == []


def test_who_pays_soon_has_fewer_days_than_the_others_and_who_waits_more(fitted):
    cards = profile_segments(fitted, customers()).cards.to_pylist()
    overall = np.mean([card["typical_days_from_bill"] for card in cards])
    soon = [card for card in cards if "pays soon after the bill" in card["sets_apart_en"]]
    late = [card for card in cards if "waits after the bill" in card["sets_apart_en"]]
    assert soon
    assert late
    assert all(card["typical_days_from_bill"] < overall for card in soon)
    assert all(card["typical_days_from_bill"] > overall for card in late)


def test_an_earlier_name_is_kept_while_it_holds_and_given_up_when_it_does_not(fitted):
    first = fitted.segments[0]
    wrong = dataclasses.replace(first, name=Words("Pays by cheque, offline", "支票缴费"))
    before = dataclasses.replace(fitted, segments=(wrong, *fitted.segments[1:]))
    found = fit_segmentation(customers(1100, seed=7), before, candidates=(4,), effort=QUICK)
    assert isinstance(found, FittedSegmentation)
    names = {segment.number: segment.name for segment in found.segments}
    assert names[first.number] != wrong.name
    assert not any(segment.is_new for segment in found.segments)
    kept = {s.number: s.name for s in fitted.segments if s.number != first.number}
    assert {number: names[number] for number in kept} == kept


def test_names_stay_unique_where_nothing_sets_segments_apart():
    alike = segment_sums(np.ones((30, 1)), np.arange(30) % 3, 3)
    names = name_segments(alike, ["delay_mean"], [0, 1, 2], {"Average"})
    assert [name.en for name in names] == ["Average 2", "Average 3", "Average 4"]
    assert len({name.zh for name in names}) == 3


def test_a_channel_beside_the_main_one_gives_no_name():
    shares = np.array([[0.7, 0.3]] * 50 + [[1.0, 0.0]] * 50)
    random = np.random.default_rng(0)
    shares += random.normal(0, 0.02, shares.shape)
    total = segment_sums(shares, np.repeat([0, 1], 50), 2)
    names = name_segments(total, ["wechat_share", "kiosk_share"], [0, 1])
    assert "kiosk" not in names[0].en
    assert "WeChat" in names[1].en
