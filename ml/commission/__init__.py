"""What the channels are paid, and what they could be paid: response, principles, plan.

Sufficient statistics in (payments by channel, month, area and amount band), schedules out; no
customer and no order is seen here.
"""

from ml.commission.declaration import Change, PlanDeclaration, PlanDeclarationError, parse_plan
from ml.commission.grid import GridTooLargeError
from ml.commission.market import Market
from ml.commission.planning import Frontier, Plan, Search, frontier, plan, search
from ml.commission.principles import NAMES, Conflict, better_pairs
from ml.commission.response import Prior, Responses, event_estimates, pooled
from ml.commission.terms import Terms, Tier
from ml.commission.what_if import ChangeError, Outcome, changed_terms, outcome

__all__ = [
    "NAMES",
    "Change",
    "ChangeError",
    "Conflict",
    "Frontier",
    "GridTooLargeError",
    "Market",
    "Outcome",
    "Plan",
    "PlanDeclaration",
    "PlanDeclarationError",
    "Prior",
    "Responses",
    "Search",
    "Terms",
    "Tier",
    "better_pairs",
    "changed_terms",
    "event_estimates",
    "frontier",
    "outcome",
    "parse_plan",
    "plan",
    "pooled",
    "search",
]
