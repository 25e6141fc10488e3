"""The published judgement: one row a target channel and learner, and the Qini curve's picture."""

from __future__ import annotations

from typing import Any

import pandas as pd

from dagster_project.lib.decisions.uplift.inputs import Audience
from dagster_project.lib.decisions.uplift.wording import REFUSED, Said
from dagster_project.lib.models.plots import BAND, _markdown
from ml.uplift import FittedUplift, Judgement, Refusal

NOBODY = "none"  # learner of a row that says why there is none


def common(audience: Audience, said: Said, as_of: Any) -> dict[str, Any]:
    """What all rows of a target share."""
    data = audience.experiment
    return {
        "target_channel_code": audience.target,
        "evaluated_on": as_of,
        "campaign_codes": ", ".join(audience.campaigns),
        "contact_means": ", ".join(audience.means),
        "contact_cost_yuan": audience.cost_yuan,
        "contacted": int(data.treated.sum()),
        "held_out": int((~data.treated).sum()),
        "conversions": int(data.outcome.sum()),
        "decision": said.decision,
        "reason_en": said.en,
        "reason_zh": said.zh,
    }


def rows_of(
    audience: Audience, fitted: FittedUplift, said: Said, as_of: Any
) -> list[dict[str, Any]]:
    """One row a learner, the baselines among them."""
    shared = common(audience, said, as_of) | spread("average_uplift", fitted.average)
    return [
        shared
        | {"learner": item.learner, "is_chosen": item.learner == fitted.learner}
        | figures(item)
        for item in fitted.judged
    ] + ([shared | {"learner": fitted.learner, "is_chosen": True}] if fitted.model is None else [])


def refused_row(audience: Audience, refusal: Refusal, as_of: Any) -> dict[str, Any]:
    """The one row of a target on which nothing can be fitted."""
    said = Said(REFUSED, f"{refusal.code}: {refusal.en}", f"{refusal.code}：{refusal.zh}")
    return common(audience, said, as_of) | {"learner": NOBODY, "is_chosen": False}


def figures(item: Judgement) -> dict[str, Any]:
    """Columns of one judgement."""
    return (
        spread("qini", item.qini)
        | spread("auuc", item.auuc)
        | spread("rate", item.rate)
        | spread("policy_value_yuan", item.policy)
        | {"share_contacted": item.contacted}
    )


def spread(name: str, figure: Any) -> dict[str, Any]:
    """A figure and the ends of its interval as three columns."""
    value, low, high = figure if figure is not None else (None, None, None)
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def qini_plot(fitted: FittedUplift) -> str:
    """Qini curve with its 95 % band, and the line of a random order."""
    import altair

    names = ["share", "value", "low", "high", "random"]
    data = pd.DataFrame(dict(zip(names, fitted.curve, strict=True)))
    base = altair.Chart(data).encode(
        x=altair.X("share", title="share of customers, best first (按得分排序的用户占比)")
    )
    title = "more conversions per contacted customer (增量转化)"
    area = base.mark_area(opacity=BAND).encode(y=altair.Y("low", title=title), y2="high")
    random = base.mark_line(strokeDash=[4, 4], color="gray").encode(y="random")
    return _markdown(altair.layer(area, base.mark_line().encode(y="value"), random))
