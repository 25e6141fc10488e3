"""Complaint texts out of the restricted store, for the time that it takes to classify them.

Only here is clear text read; a category, a need and a score are all that leaves.
"""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa

from dagster_project.lib.models.spec import Work
from dagster_project.lib.models.tables import read

SOURCE = "complaints"
NOT_YET_CLASSIFIED = """
select delivered.complaint_id, delivered.delivery_id, texts.complaint_text
from data_processing.stg_landing__complaints as delivered
inner join read_parquet($files, filename = true, union_by_name = true) as texts
    on delivered.complaint_id = texts.complaint_id
    and texts.filename like '%/' || delivered.delivery_id || '.parquet'
left join decided.complaint_classes as known
    on delivered.complaint_id = known.complaint_id
    and delivered.delivery_id = known.delivery_id
    and known.classifier_id = $classifier_id
where delivered.business_date > $since and delivered.business_date <= $as_of
    and texts.complaint_text is not null and known.complaint_id is null
order by delivered.complaint_id
"""
LABELLED = """
select delivered.complaint_id, delivered.category, texts.complaint_text
from data_processing.stg_landing__complaints as delivered
inner join read_parquet($files, filename = true, union_by_name = true) as texts
    on delivered.complaint_id = texts.complaint_id
    and texts.filename like '%/' || delivered.delivery_id || '.parquet'
where delivered.business_date <= $as_of and delivered.category <> 'other'
    and texts.complaint_text is not null
order by delivered.received_on desc, delivered.complaint_id
limit $most
"""


def files(work: Work) -> list[str]:
    """Restricted files with complaint texts; empty where none was delivered."""
    return sorted(str(path) for path in (work.settings.restricted / SOURCE).glob("*.parquet"))


def labelled(work: Work, most: int) -> pa.Table | None:
    """The newest texts whose category was delivered; None without any text."""
    found = files(work)
    if not found:
        return None
    return read(work.connection, LABELLED, {"files": found, "as_of": work.as_of, "most": most})


def unclassified(work: Work, classifier_id: str, days: int) -> pa.Table | None:
    """Texts of the last days that this classifier has not seen; None without any text."""
    found = files(work)
    if not found:
        return None
    values = {
        "files": found,
        "classifier_id": classifier_id,
        "as_of": work.as_of,
        "since": work.as_of - timedelta(days=days),
    }
    return read(work.connection, NOT_YET_CLASSIFIED, values)
