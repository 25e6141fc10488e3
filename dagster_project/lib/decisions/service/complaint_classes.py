"""The daily classification of new complaint texts; results of the same classifier are kept."""

from __future__ import annotations

import pyarrow as pa

from dagster_project.lib.decisions.service.complaint_classifier import (
    NO_TEXTS,
    PARAMETERS,
    identity,
)
from dagster_project.lib.decisions.service.complaint_terms import (
    declared_terms,
    dictionary_of,
    needs_in,
)
from dagster_project.lib.decisions.service.complaint_texts import files, unclassified
from dagster_project.lib.decisions.service.declared import ComplaintTerms
from dagster_project.lib.decisions.service.plots import class_plots
from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work
from dagster_project.lib.models.tables import read

TABLE = "complaint_classes"
STORED = "select * from decided.complaint_classifier order by position"
KEPT = """
select known.* from decided.complaint_classes as known
inner join data_processing.stg_landing__complaints as delivered
    on known.complaint_id = delivered.complaint_id and known.delivery_id = delivered.delivery_id
where known.classifier_id = $classifier_id
    and delivered.business_date > cast($as_of as date) - cast($days as int)
    and delivered.business_date <= cast($as_of as date)
"""
SCHEMA = pa.schema(
    [
        ("complaint_id", pa.int64()), ("delivery_id", pa.string()), ("category", pa.string()),
        ("method", pa.string()), ("score", pa.float64()), ("need_code", pa.string()),
        ("classifier_id", pa.string()),
    ]
)  # fmt: skip
UNCLASSIFIED = "unclassified"


def decide_classes(work: Work) -> Decided:
    """Category, score and need of every complaint of the last year that has a text."""
    declared = declared_terms()
    if not files(work):
        return Decided({TABLE: Scored(None, NO_TEXTS)})
    stored = read(work.connection, STORED)
    classifier_id = identity(declared, stored)
    values = {"classifier_id": classifier_id, "as_of": work.as_of.isoformat()}
    kept = read(work.connection, KEPT, values | {"days": declared.kept_days})
    new = unclassified(work, classifier_id, declared.kept_days)
    rows = [kept.select(SCHEMA.names).cast(SCHEMA)]
    if new is not None and len(new):
        rows.append(classified(declared, stored, new, classifier_id))
    classes = pa.concat_tables(rows).sort_by("complaint_id")
    return Decided({TABLE: Scored(classes, plots=class_plots(classes))})


def classified(
    declared: ComplaintTerms, stored: pa.Table, new: pa.Table, classifier_id: str
) -> pa.Table:
    """The new texts' categories by the stored model, by the dictionary where there is none."""
    from ml.complaints.storage import StoredRow, from_rows
    from ml.complaints.tokens import normalised

    dictionary = dictionary_of(declared)
    rows = [StoredRow(row["component"], row["category"], row["term"], row["value"])
            for row in stored.to_pylist()]  # fmt: skip
    classifier = from_rows(rows, dictionary)
    texts = [normalised(text) for text in new["complaint_text"].to_pylist()]
    if classifier is None:
        chosen, score = dictionary.classify(texts, declared.least_margin)
    else:
        chosen, score = classifier.classify(texts)
    names = [*dictionary.categories, UNCLASSIFIED]  # the last, at -1
    return pa.table(
        {
            "complaint_id": new["complaint_id"],
            "delivery_id": new["delivery_id"],
            "category": [names[number] for number in chosen],
            "method": ["dictionary" if classifier is None else "model"] * len(new),
            "score": score,
            "need_code": needs_in(declared, texts),
            "classifier_id": [classifier_id] * len(new),
        },
        schema=SCHEMA,
    )


COMPLAINT_CLASSES = DecisionSpec(
    name="complaint_classes",
    title_en="categories of complaint texts",
    title_zh="投诉文本分类",
    decide=decide_classes,
    reads=("data_processing.stg_landing__complaints", f"decided.{PARAMETERS}"),
    writes=(TABLE,),
)
