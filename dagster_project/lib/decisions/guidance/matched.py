"""The matching of a round: from what is declared and read to each customer's option.

Numbers only; rows, reasons and tables are made of it elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dagster_project.lib.decisions.guidance.chances import chance_of_moving
from dagster_project.lib.decisions.guidance.declaration import Guidance, Target
from dagster_project.lib.decisions.guidance.inputs import Inputs, deployed_uplift, target_costs
from dagster_project.lib.models.spec import Work
from ml.matching import Limits, Matching, Problem, hashed, match
from ml.matching.gains import Gains, Option
from ml.matching.moving import Moving
from ml.matching.rates import Rates, expected_payments

PER = 1000  # customers, in the declared limits
Z_WIDTH = 2 * 1.959964  # of a 95 % interval, in standard errors


@dataclass(frozen=True)
class Matched:
    """A matching with what it was computed from; arrays over the customers are (n,)."""

    targets: tuple[Target, ...]
    gains: Gains
    moving: tuple[Moving, ...]  # of every option
    rates: Rates
    costs: NDArray[np.float64]  # (C, n) yuan a payment on every target
    uplift_sd: NDArray[np.float32] | None  # (C, n)
    limits: Limits
    result: Matching
    can_gain: NDArray[np.bool_]  # some option gains, were there no limits


def match_round(work: Work, declared: Guidance, inputs: Inputs) -> Matched:
    """Match this round's customers."""
    targets = tuple(t for t in declared.channels if t.code in inputs.channels)
    costs = np.array([target_costs(work, target.code) for target in targets])
    rates = _rates(inputs)
    saving = np.array([
        _saving(inputs, declared, target, cost, rates.mean)
        for target, cost in zip(targets, costs, strict=True)
    ], np.float32)  # fmt: skip
    options, moving = _options(declared, targets, inputs)
    uplift, uplift_sd = _uplift(work, targets, inputs.customers)
    gains = Gains(options, saving, rates.mean.astype(np.float32), _reach(declared, inputs), uplift)
    limits = _limits(declared, targets, inputs)
    ids, salt = inputs.columns["customer_id"], declared.round.salt
    problem = Problem(
        customers=inputs.customers,
        block=gains.block,
        channel=np.array([option.channel for option in options]),
        contact_yuan=np.array([option.contact_yuan for option in options]),
        limits=limits,
        tie=hashed(ids, f"{salt}/tie"),
    )
    result = match(problem, ids, declared.round.exploration_share.value, f"{salt}/{work.as_of}")
    can_gain = _can_gain(gains, inputs.customers)
    return Matched(
        targets, gains, moving, rates, costs, uplift_sd, limits, result, can_gain
    )  # fmt: skip


def _rates(inputs: Inputs) -> Rates:
    """Payments a year; nan for who was not seen to pay in the last one."""
    columns = inputs.columns
    seen = np.flatnonzero((columns["year_payments"] > 0) & (columns["years_observed"] > 0))
    mean, spread = np.full(inputs.customers, np.nan), np.full(inputs.customers, np.nan)
    if len(seen):
        found = expected_payments(columns["year_payments"][seen], columns["years_observed"][seen])
        mean[seen], spread[seen] = found.mean, found.relative_sd
    return Rates(mean, spread)


def _saving(
    inputs: Inputs,
    declared: Guidance,
    target: Target,
    cost: NDArray[np.float64],
    payments: NDArray[np.float64],
) -> NDArray[np.float64]:
    """(n,) yuan in twelve months if the customer moves to the target; nan where it is barred.

    Only payments whose present cost is known are counted.
    """
    columns, effort = inputs.columns, declared.effort()
    saving = target.retention * payments * columns["known_share"] * (
        columns["present_cost_yuan"] - cost
    )  # fmt: skip
    present = columns["present_channel_code"]
    present_effort = np.full(inputs.customers, -np.inf)  # an effort not declared is not lowered
    for code, minutes in effort.items():
        present_effort[present == code] = minutes
    is_barred = ~columns["is_eligible"] | (present == target.code)
    is_barred |= columns["is_protected"] & (target.effort > present_effort)
    is_barred |= ~(cost < columns["present_channel_cost_yuan"])  # no dearer than what is used most
    if target.only_from is not None:
        is_barred |= ~np.isin(present, target.only_from)
    if target.largest_amount_yuan is not None:
        is_barred |= columns["usual_amount_yuan"] > target.largest_amount_yuan
    if target.code == "bank_withholding":  # signs bills, which a prepaid meter has none of
        is_barred |= columns["is_prepaid"] | columns["has_withholding"]
    saving[is_barred] = np.nan
    return saving


def _options(
    declared: Guidance, targets: tuple[Target, ...], inputs: Inputs
) -> tuple[tuple[Option, ...], tuple[Moving, ...]]:
    """Every target by every means, with the probability that the contact moves the customer."""
    options, moving = [], []
    for channel, target in enumerate(targets):
        for place, means in enumerate(declared.means):
            effects = [
                (row["effect"], row["std_error"])
                for row in inputs.effects
                if (row["target_channel_code"], row["contact_means"]) == (target.code, means.code)
            ]
            found = chance_of_moving(target, means, effects)
            moving.append(found)
            options.append(
                Option(channel, place, found.mean, means.cost_yuan, target.switching_yuan)
            )
    return tuple(options), tuple(moving)


def _uplift(
    work: Work, targets: tuple[Target, ...], customers: int
) -> tuple[NDArray[np.float32] | None, NDArray[np.float32] | None]:
    found = [deployed_uplift(work, target.code) for target in targets]
    if not any(len(places) for places, _, _ in found):
        return None, None
    uplift = np.full((len(targets), customers), np.nan, np.float32)
    spread = np.full((len(targets), customers), np.nan, np.float32)
    for channel, (places, values, widths) in enumerate(found):
        uplift[channel, places.astype(np.int64)] = np.clip(values, 0, 1)
        spread[channel, places.astype(np.int64)] = widths / Z_WIDTH
    return uplift, spread


def _reach(declared: Guidance, inputs: Inputs) -> NDArray[np.uint8]:
    """(n,) bit of every means that reaches the customer."""
    reach = np.zeros(inputs.customers, np.uint8)
    for place, means in enumerate(declared.means):
        if means.needs_channel is None:
            reach |= np.uint8(1 << place)
        else:
            uses = inputs.columns[f"uses_{means.needs_channel}"]
            reach |= uses.astype(np.uint8) << np.uint8(place)
    return reach


def _limits(declared: Guidance, targets: tuple[Target, ...], inputs: Inputs) -> Limits:
    """The declared limits for so many customers; a channel without known room has none."""
    rooms = {row["channel_code"]: row["room"] for row in inputs.rooms}
    room = [rooms.get(target.code) for target in targets]
    plan, thousands = declared.round, inputs.customers / PER
    return Limits(
        np.array([np.inf if value is None else value for value in room]),
        plan.budget_yuan_per_1000_customers.value * thousands,
        float(np.floor(plan.contacts_per_1000_customers.value * thousands)),
    )


def _can_gain(gains: Gains, customers: int) -> NDArray[np.bool_]:
    from ml.matching.relaxation import batches

    found = np.zeros(customers, bool)
    for rows in batches(customers):
        found[rows] = (gains.block(rows).gain > 0).any(axis=0)
    return found
