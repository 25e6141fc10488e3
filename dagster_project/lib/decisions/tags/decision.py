"""The decision on tags as the graph knows it: what it reads, what it writes."""

from __future__ import annotations

from dagster_project.lib.decisions.spec import Decided, DecisionSpec
from dagster_project.lib.models.spec import Scored, Work

TABLES = ("customer_tags", "customer_tag_changes", "tag_catalogue")


def decide_tags(work: Work) -> Decided:
    """Evaluate every declared tag."""
    empty = "no tag is declared (尚未声明标签)"
    return Decided({name: Scored(None, empty) for name in TABLES})


TAGS = DecisionSpec(
    name="tags",
    title_en="customer tags",
    title_zh="用户标签",
    decide=decide_tags,
    reads=("business_application.customer_payment_profile",),
    writes=TABLES,
)
