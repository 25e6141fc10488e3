"""What changed terms would bring, for the run that asks and for the command line."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from dagster_project.lib.decisions.commission.books import Books
from dagster_project.lib.decisions.commission.tables import schedule_rows
from dagster_project.lib.decisions.commission.wording import ASKED
from ml.commission import Change, changed_terms, outcome


def what_if_rows(books: Books, changes: Sequence[Change]) -> pa.Table:
    """The rows of the schedule that the changes make of today's terms.

    Raises:
        ChangeError: a channel is under no contract, or has no such tier.
    """
    made = outcome(books.market, changed_terms(books.market, changes), books.responses)
    return schedule_rows(books, made, tuple(made.schedule), ASKED)
