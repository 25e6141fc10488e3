"""Pictures of the segmentation: choice of k, sizes, what sets segments apart, lift by channel.

Nothing imputed is drawn: a feature that is not known of a segment leaves its cell empty. Words
inside a picture are English, for not every machine has Chinese fonts; the titles are in both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagster_project.lib.models import plots

if TYPE_CHECKING:
    import pandas as pd

STRONG = 1.0  # s.d.: a difference beyond it is drawn as this, so that both colours mean as much
DOUBLINGS = 2.0  # of the lift, drawn likewise: from a quarter to four times


def of_choice(fitted: Any) -> dict[str, str]:
    """Stability and silhouette over the numbers of segments that were weighed."""
    import pandas as pd

    table = pd.DataFrame([vars(row) for row in fitted.choice.table]).rename(
        columns={
            "k": "number of segments",
            "silhouette": "silhouette",
            "ari": "agreement of resamples",
            "smallest_share": "smallest segment's share",
        }
    )
    shown = ["agreement of resamples", "silhouette", "smallest segment's share"]
    long = table.melt("number of segments", shown, "measure", "value")
    title = f"choice of {fitted.choice.chosen.k} segments (群数选择：{fitted.choice.chosen.k}群)"
    return {title: plots.lines(long, "number of segments", "value", "measure")}


def of_cards(profiles: Any) -> dict[str, str]:
    """Sizes of the segments, and what sets them apart."""
    cards = profiles.cards.to_pandas()
    named = {row.segment: _named(row.segment, row.segment_name_en) for row in cards.itertuples()}
    sizes = cards.assign(segment=cards["segment"].map(named)).rename(
        columns={"share_pct": "share of the customers, %"}
    )
    apart = _differences(profiles).assign(segment=lambda frame: frame["segment"].map(named))
    return {
        "sizes of the segments (群规模)": plots.bars(
            sizes[["segment", "share of the customers, %"]], "share of the customers, %", "segment"
        ),
        "what sets the segments apart, s.d. (突出特征，标准差)": plots.heat(
            apart, "feature", "segment", "difference"
        ),
    }


def of_groups(groups: Any, cards: Any) -> dict[str, str]:
    """Lift of every segment among the users of every channel; none where no lift is stated."""
    import numpy as np

    names = {row["segment"]: row["segment_name_en"] for row in cards.to_pylist()}
    known = groups.to_pandas().dropna(subset=["lift"])
    if known.empty:
        return {}
    with np.errstate(divide="ignore"):
        doublings = np.log2(known["lift"].to_numpy(dtype=float))
    shown = known.assign(
        segment=[_named(number, names[number]) for number in known["segment"]],
        doublings=np.clip(doublings, -DOUBLINGS, DOUBLINGS),
    ).rename(columns={"channel_en": "channel", "doublings": "log2 of lift"})
    title = "segments among the users of a channel, doublings (渠道提升度，以2为底的对数)"
    return {
        title: plots.heat(
            shown[["channel", "segment", "log2 of lift"]], "channel", "segment", "log2 of lift"
        )
    }


def _differences(profiles: Any) -> pd.DataFrame:
    """Standardised differences known of half the segment or more, cut at ``STRONG``."""
    from ml.segmentation.explanation.differences import SPEAKS

    found = profiles.differences.to_pandas()
    known = found[found["known_share"] >= SPEAKS].dropna(subset=["standardised_difference"])
    return known.assign(
        feature=known["feature_en"],
        difference=known["standardised_difference"].clip(-STRONG, STRONG),
    )[["segment", "feature", "difference"]]


def _named(number: int, name: str) -> str:
    return f"{number} {name}"
