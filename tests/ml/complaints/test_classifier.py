"""Complaint texts: words that name nobody, calibrated certainty, storage, and the terms alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import softmax

from ml.complaints.classifier import (
    Classifier,
    Labelled,
    Refused,
    decided,
    fit_classifier,
    folds_of,
    temperature,
)
from ml.complaints.dictionary import UNSURE, Dictionary
from ml.complaints.features import cut, fit_vocabulary
from ml.complaints.judgement import judge
from ml.complaints.storage import StoredRow, from_rows, to_rows
from ml.complaints.tokens import normalised, words

TERMS = Dictionary({"service": ("态度", "排队"), "outage": ("停电", "抢修")})
SERVICE = ("窗口人员态度很差", "排队两个小时没人管", "说话难听态度恶劣", "叫号排队一直等")
OUTAGE = ("昨晚停电到现在", "整栋楼停电没人抢修", "抢修一直没有来", "停电没有通知")


def _labelled(copies: int = 20) -> Labelled:
    texts = [f"{text}，第{number}次" for number in range(copies) for text in (*SERVICE, *OUTAGE)]
    return Labelled(texts, np.tile([0] * 4 + [1] * 4, copies), TERMS)


@pytest.fixture(scope="module")
def fitted() -> tuple[Classifier, np.ndarray]:
    found = fit_classifier(_labelled())
    assert not isinstance(found, Refused)
    return found


def test_most_terms_decide_and_a_tie_or_no_term_is_unsure() -> None:
    chosen, share = TERMS.classify(["停电了没人抢修，态度差", "态度差又停电", "别的事"])
    assert chosen.tolist() == [1, UNSURE, UNSURE]
    assert share.tolist() == pytest.approx([2 / 3, 1 / 2, 0])
    assert TERMS.classify(["停电了", "停电没人抢修"], 2)[0].tolist() == [UNSURE, 1]


def test_full_width_forms_and_spaces_do_not_matter() -> None:
    assert normalised("ＡＰＰ　缴 费") == "app缴费"


def test_words_of_a_model_name_no_person_no_place_and_no_number() -> None:
    [found] = words(["北京市毛泽东反映电表13912345678停电，李明明很不满"])
    assert "停电" in found
    assert not {"北京", "北京市", "毛泽东", "李明明", "13912345678"} & set(found)


def test_a_word_of_too_few_texts_is_not_kept() -> None:
    texts = ["停电通知"] * 5 + ["缴费发票"] * 4
    assert "发票" not in fit_vocabulary(cut(texts, TERMS), TERMS, 5).words


def test_rows_of_the_design_have_length_one_and_the_counts_beside() -> None:
    texts = cut(["停电通知停电", "别"], TERMS)
    design = fit_vocabulary(cut(["停电通知"] * 5, TERMS), TERMS, 5).design(texts).toarray()
    assert np.linalg.norm(design[0, :-2]) == pytest.approx(1)
    assert design[0, -2:].tolist() == pytest.approx([0, np.log(2)])
    assert not design[1].any()


def test_texts_alike_but_for_numbers_share_a_fold() -> None:
    assert len(set(folds_of(["停电3次", "停电12次", "停电次"]))) == 1


def test_too_few_labelled_texts_are_refused_in_both_languages() -> None:
    found = fit_classifier(Labelled(["停电"], np.array([1]), TERMS))
    assert isinstance(found, Refused)
    assert "100 are needed" in found.en
    assert "至少需要100条" in found.zh


def test_a_stored_classifier_says_the_same(fitted: tuple[Classifier, np.ndarray]) -> None:
    again = from_rows([StoredRow(*row) for row in to_rows(fitted[0])], TERMS)
    assert again is not None
    texts = [*SERVICE, *OUTAGE, "谢谢"]
    np.testing.assert_array_equal(again.probabilities(texts), fitted[0].probabilities(texts))


def test_a_classifier_of_other_categories_is_not_used(
    fitted: tuple[Classifier, np.ndarray],
) -> None:
    other = Dictionary({"service": ("态度",), "supply": ("电压",)})
    assert from_rows(to_rows(fitted[0]), other) is None
    assert from_rows([], TERMS) is None


def test_what_says_nothing_of_the_matter_is_unsure(fitted: tuple[Classifier, np.ndarray]) -> None:
    chosen, score = fitted[0].classify(["停电了抢修不来", "谢谢"])
    assert chosen[0] == 1
    assert decided(np.array([[0.55, 0.45]]), 0.6)[0].tolist() == [UNSURE]
    assert score[0] > score[1]


def test_no_text_gives_no_category(fitted: tuple[Classifier, np.ndarray]) -> None:
    chosen, score = fitted[0].classify([])
    assert len(chosen) == len(score) == 0


def test_the_temperature_of_scores_that_are_too_sure_is_recovered() -> None:
    random = np.random.default_rng(7)
    true = random.normal(size=(20_000, 4))
    drawn = softmax(true, axis=1).cumsum(axis=1)
    labels = (random.random((20_000, 1)) > drawn).sum(axis=1).clip(0, 3)
    assert temperature(3 * true, labels) == pytest.approx(3, rel=0.05)


def test_figures_are_counts_over_counts() -> None:
    labels, chosen = np.array([0, 0, 0, 1]), np.array([0, 1, UNSURE, 1])
    everything, first, second = judge("model", chosen, labels, ("a", "b"))
    assert (everything.accuracy, everything.precision, everything.classified) == (
        2 / 4,
        2 / 3,
        3 / 4,
    )
    assert (first.accuracy, first.precision) == (1 / 3, 1)
    assert (second.accuracy, second.precision) == (1, 1 / 2)
    assert judge("model", chosen, labels, ("a", "b", "c"))[3].accuracy is None
