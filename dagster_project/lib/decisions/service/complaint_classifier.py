"""The weekly fit of the complaint classifier on texts whose category was delivered.

It is judged on folds that it has not seen, beside the dictionary alone.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
import pyarrow as pa

from dagster_project.lib.decisions.service.complaint_terms import (
    FILE,
    declared_terms,
    dictionary_of,
    examples_of,
)
from dagster_project.lib.decisions.service.complaint_texts import labelled
from dagster_project.lib.decisions.service.declared import ComplaintTerms
from dagster_project.lib.decisions.service.plots import confusion_plot
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work

PARAMETERS, VALIDATION = "complaint_classifier", "complaint_classifier_validation"
DRAWN = "confusion, held out (混淆矩阵)"
NO_TEXTS = "no complaint texts were delivered (未提供投诉文本)"


def decide_classifier(work: Work) -> Decided:
    """Fit and judge; where too few labelled texts are known only the dictionary is judged."""
    from ml.complaints.classifier import Labelled, Refused, decided, fit_classifier
    from ml.complaints.judgement import judge
    from ml.complaints.storage import to_rows
    from ml.complaints.tokens import normalised

    declared = declared_terms()
    rows = labelled(work, declared.most_labelled)
    if rows is None:
        return Decided({name: Scored(None, NO_TEXTS) for name in (PARAMETERS, VALIDATION)})
    dictionary = dictionary_of(declared)
    texts, labels = _known(rows, dictionary.categories)
    chosen, _ = dictionary.classify([normalised(text) for text in texts], declared.least_margin)
    judged = judge("dictionary", chosen, labels, dictionary.categories)
    given = Labelled(texts, labels, dictionary, examples_of(declared), declared.least_texts)
    found = fit_classifier(
        given, least_labelled=declared.least_labelled, least_score=declared.least_score
    )
    if isinstance(found, Refused):
        reason = f"{found.en} ({found.zh})"
        plots = {DRAWN: confusion_plot(chosen, labels, dictionary.categories)} if texts else {}
        shown = Scored(_figures(judged), plots=plots) if texts else Scored(None, reason)
        return Decided({PARAMETERS: Scored(None, reason), VALIDATION: shown})
    classifier, probabilities = found
    chosen, _ = decided(probabilities, declared.least_score)
    judged += judge("model", chosen, labels, dictionary.categories)
    stored = pa.Table.from_pylist([row._asdict() for row in to_rows(classifier)])
    plots = {DRAWN: confusion_plot(chosen, labels, dictionary.categories)}
    return Decided(
        {PARAMETERS: Scored(_identified(stored)), VALIDATION: Scored(_figures(judged), plots=plots)}
    )


def identity(declared: ComplaintTerms, parameters: pa.Table) -> str:
    """Fingerprint of the terms and the parameters: results of another one are not kept."""
    digest = hashlib.sha256(FILE.read_bytes())
    for name in ("component", "category", "term", "value"):
        digest.update(repr(parameters[name].to_pylist()).encode())
    return f"{len(declared.categories)}-{digest.hexdigest()[:12]}"


def _identified(rows: pa.Table) -> pa.Table:
    return rows.append_column("position", pa.array(range(len(rows)), pa.int32()))


def _known(rows: pa.Table, categories: tuple[str, ...]) -> tuple[list[str], np.ndarray]:
    """Texts of declared categories, with the numbers of these."""
    number = {code: place for place, code in enumerate(categories)}
    pairs = [
        (text, number[category])
        for text, category in zip(
            rows["complaint_text"].to_pylist(), rows["category"].to_pylist(), strict=True
        )
        if category in number
    ]
    return [text for text, _ in pairs], np.array([place for _, place in pairs], dtype=int)


def _figures(judged: list[Any]) -> pa.Table:
    return pa.Table.from_pylist([vars(row) for row in judged])


COMPLAINT_CLASSIFIER = DecisionSpec(
    name="complaint_classifier",
    title_en="classifier of complaint texts",
    title_zh="投诉文本分类模型",
    decide=decide_classifier,
    reads=("data_processing.stg_landing__complaints",),
    writes=(PARAMETERS, VALIDATION),
    is_weekly=True,
)
