"""When there is nothing to segment: the refusals of the fit, in both languages."""

from __future__ import annotations

from ml.segmentation.words import Refusal, Words

FEWEST_CUSTOMERS = 30  # below it a bootstrap of three groups of ten says nothing


def too_few(customers: int) -> Refusal:
    """Nobody, or too few, paid."""
    return Refusal(
        "too_few_customers",
        Words(
            f"{customers} customers with payments; {FEWEST_CUSTOMERS} are needed to tell groups "
            "apart: deliver more customers or a longer period",
            f"有缴费记录的客户{customers}户，分群至少需要{FEWEST_CUSTOMERS}户：请提供更多客户或更长期间",
        ),
    )


def all_equal(distinct: int) -> Refusal:
    """Customers do not differ in any feature, or take fewer than three places."""
    return Refusal(
        "customers_do_not_differ",
        Words(
            f"the customers show {distinct} distinct patterns, so they form one segment: three "
            "or more are needed to choose among; deliver more sources",
            f"客户仅有{distinct}种不同的行为，属于同一群，至少需要三种才能分群：请提供更多数据来源",
        ),
    )
