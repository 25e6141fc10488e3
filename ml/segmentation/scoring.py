"""One pass over all customers for everything that a day's scoring publishes.

Placing customers in the feature space costs more than all that is done with them there, so they
are placed once for the assignment, the cards and the channels' user groups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ml.segmentation.cards import CardSums, Profiles
from ml.segmentation.channel_groups import GroupSums
from ml.segmentation.features.columns import as_table
from ml.segmentation.fitted import FittedSegmentation


@dataclass(frozen=True)
class Scores:
    """As ``assign``, ``profile_segments`` and ``channel_user_groups`` give them."""

    assigned: pa.Table
    profiles: Profiles
    groups: pa.Table


def score_customers(fitted: FittedSegmentation, table: Any) -> Scores:
    """Assign and describe the customers of ``table``; raises where none has paid."""
    cards, groups, assigned = CardSums(fitted), GroupSums(fitted), []
    for batch in fitted.batches(as_table(table)):
        assigned.append(fitted.rows_of(*batch))
        cards.see(*batch)
        groups.see(*batch)
    return Scores(pa.concat_tables(assigned), cards.profiles(), groups.rows())
