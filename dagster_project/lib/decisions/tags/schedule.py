"""Which tags are evaluated today, and what was known of them before.

A tag that cannot be evaluated keeps its holders until their validity ends; the note says why.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dagster_project.lib.decisions.tags.declaration import REFRESH_DAYS, CheckedTag
from dagster_project.lib.deliveries.messages import Bilingual

NO_NOTE = Bilingual("", "")


@dataclass(frozen=True)
class Standing:
    """What the catalogue of an earlier run says of a tag."""

    first_evaluated_on: date | None = None
    evaluated_on: date | None = None
    rule_since: date | None = None
    rule_digest: str | None = None


@dataclass(frozen=True)
class Planned:
    """A declared tag and what becomes of it today."""

    checked: CheckedTag
    is_evaluated: bool
    standing: Standing  # after today
    is_first: bool = False  # evaluated for the first time: its holders are no changes
    is_rule_new: bool = False  # then a change is owed to the rule, not to the customer
    note: Bilingual = NO_NOTE

    @property
    def renew_before(self) -> int:
        """Days from today within which a validity that ends is renewed: until the next turn."""
        return REFRESH_DAYS[self.checked.tag.refresh]


def plan(
    checked: CheckedTag,
    earlier: Standing,
    as_of: date,
    delivered: Collection[str],
    empty: Mapping[str, Bilingual],
) -> Planned:
    """Whether a tag is evaluated today.

    Args:
        checked: the tag.
        earlier: what was known of it.
        as_of: the declared today; a day run again is planned as it was the first time.
        delivered: sources of which rows were loaded.
        empty: readable tables without a row, and why.
    """
    missing = [source for source in checked.tag.needs if source not in delivered]
    if missing:
        names = ", ".join(missing)
        return Planned(checked, False, earlier, note=_not_delivered(names))
    without = [empty[table] for table in checked.rule.tables if table in empty]
    if without:
        return Planned(checked, False, earlier, note=without[0])
    is_first = earlier.first_evaluated_on is None or earlier.first_evaluated_on >= as_of
    is_changed = not is_first and earlier.rule_digest != checked.rule.digest
    if not (is_first or is_changed or _is_due(checked, earlier, as_of)):
        return Planned(checked, False, earlier)
    since = as_of if is_first or is_changed else earlier.rule_since
    first = as_of if is_first else earlier.first_evaluated_on
    standing = Standing(first, as_of, since, checked.rule.digest)
    return Planned(checked, True, standing, is_first, not is_first and since == as_of)


def _is_due(checked: CheckedTag, earlier: Standing, as_of: date) -> bool:
    """Its turn has come, or today's turn is taken again."""
    last, days = earlier.evaluated_on, REFRESH_DAYS[checked.tag.refresh]
    return last is None or last >= as_of or as_of - last >= timedelta(days=days)


def _not_delivered(names: str) -> Bilingual:
    return Bilingual(f"not evaluated: {names} not delivered", f"未评估：未交付 {names}")
