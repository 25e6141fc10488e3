"""The rows of the published tables: a schedule by channel and tier, the frontier, the responses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from dagster_project.lib.decisions.commission.books import Books
from dagster_project.lib.decisions.commission.wording import Reason, assumptions, response_note
from ml.commission import Frontier, Outcome, Terms
from ml.commission.planning import QUANTILES


def schedule_rows(books: Books, made: Outcome, levers: tuple[str, ...], reason: Reason) -> pa.Table:
    """One row a channel and tier; figures of the channel stand in each of its tiers."""
    market = made.market
    low, high = np.percentile(made.saving, QUANTILES)
    whole = {
        "plan_saving_yuan": float(made.saving.mean()),
        "plan_saving_low_yuan": float(low),
        "plan_saving_high_yuan": float(high),
        "worse_probability": float((made.saving < 0).mean()),
        "reason_en": reason.en,
        "reason_zh": reason.zh,
    }
    rows = []
    for row, channel in enumerate(market.channels):
        figures = _of_channel(books, made, row) | whole | assumptions(books, channel)
        present = market.terms_of(channel)
        proposed = made.schedule.get(channel, present)
        for before, after in zip(present.tiers, proposed.tiers, strict=True):
            is_known = channel in market.terms
            rows.append(
                {
                    "channel_code": channel,
                    "tier_from_yuan": before.from_yuan,
                    "contract_id": books.contracts.get(channel),
                    "is_lever": channel in levers,
                    "is_changed": before != after,
                    "present_rate_pct": before.rate_pct if is_known else None,
                    "proposed_rate_pct": after.rate_pct if is_known else None,
                    "present_fixed_fee_yuan": before.fixed_yuan if is_known else None,
                    "proposed_fixed_fee_yuan": after.fixed_yuan if is_known else None,
                }
                | figures
            )
    return pa.Table.from_pylist(rows)


def _of_channel(books: Books, made: Outcome, row: int) -> dict[str, Any]:
    """Figures of one channel a year: payments, commission, handling, saving, response."""
    market = made.market
    channel = market.channels[row]
    present, expected = float(made.present_fees[row]), made.fees[:, row]
    payments = market.year * market.payments[row]
    has_handling = bool(np.isfinite(market.handling_yuan[row]))
    change = 100 * (expected / present - 1) if present else np.full(len(expected), np.nan)
    low, high = np.percentile(change, QUANTILES)
    saved = present + made.present_handling[row] - expected - made.handling[:, row]
    is_contract = channel in books.responses.channels
    response, _, is_assumed = books.responses.of(channel) if is_contract else (None, None, None)
    return {
        "channel_grade": market.grades.get(channel),
        "channel_score": market.scores.get(channel),
        "present_payments": round(payments),
        "expected_payments": float(payments * made.growth[:, row].mean()),
        "present_commission_yuan": present,
        "expected_commission_yuan": float(expected.mean()),
        "commission_change_pct": _known(change.mean()),
        "commission_change_low_pct": _known(low),
        "commission_change_high_pct": _known(high),
        "present_handling_yuan": float(made.present_handling[row]) if has_handling else None,
        "expected_handling_yuan": float(made.handling[:, row].mean()) if has_handling else None,
        "expected_saving_yuan": float(saved.mean()),
        "response_per_point": response,
        "is_response_assumed": is_assumed,
    }


def frontier_rows(books: Books, found: Frontier, declared_cut: float) -> pa.Table:
    """One row a largest cut."""
    rows = []
    for cut, best in zip(found.cuts_pct, found.plans, strict=True):
        reason = Reason.of(best)
        low, high = np.percentile(best.saving, QUANTILES)
        figures = {
            "expected_saving_yuan": float(best.saving.mean()),
            "saving_low_yuan": float(low),
            "saving_high_yuan": float(high),
            "worse_probability": best.worse_probability,
            "partners_change_pct": best.partners_change_pct,
            "schedule": _said(books, best.schedule),
        }
        known = dict.fromkeys(figures) if best.conflict else figures
        rows.append(
            {"largest_cut_pct": cut, "is_declared": abs(cut - declared_cut) < 1e-9}
            | known
            | {"reason_en": reason.en, "reason_zh": reason.zh}
        )
    return pa.Table.from_pylist(rows)


def response_rows(books: Books) -> pa.Table:
    """One row a channel under contract, with its last change that could be evaluated."""
    rows = []
    for channel in books.responses.channels:
        events = books.events[books.events["channel"] == channel]
        event = events.iloc[-1].to_dict() if len(events) else {}
        mean, sd, is_assumed = books.responses.of(channel)
        terms = books.market.terms_of(channel)
        rows.append(
            {
                "channel_code": channel,
                "changed_month": event.get("changed_month"),
                "change_points": event.get("change_points"),
                "months_before": event.get("months_before"),
                "months_after": event.get("months_after"),
                "estimate_per_point": event.get("estimate"),
                "estimate_std_error": event.get("std_error"),
                "response_per_point": mean,
                "response_sd": sd,
                "is_assumed": is_assumed,
                "paid_pct": books.market.paid_pct(channel, terms),
            }
            | response_note(is_assumed)
        )
    return pa.Table.from_pylist(rows)


def _said(books: Books, schedule: Any) -> str:
    """Changed channels as ``wechat 0.38 % -> 0.34 %``; the first tier stands for the others."""
    parts = []
    for channel, terms in schedule.items():
        present: Terms = books.market.terms_of(channel)
        if terms != present:
            before, after = present.tiers[0], terms.tiers[0]
            if before.rate_pct:
                parts.append(f"{channel} {before.rate_pct:g} % -> {after.rate_pct:g} %")
            else:
                parts.append(f"{channel} {before.fixed_yuan:g} -> {after.fixed_yuan:g} yuan")
    return "; ".join(parts)


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
