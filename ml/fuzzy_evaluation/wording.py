"""Every sentence that a reader of the tables may meet, in English and Chinese.

A result that cannot be given is a ``Said`` (a stated refusal), never a neutral number.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """One sentence in both languages."""

    en: str
    zh: str


def joined(sentences: Iterable[Said]) -> Said:
    """Several sentences as one."""
    listed = list(sentences)
    return Said("; ".join(s.en for s in listed), "；".join(s.zh for s in listed))


def not_delivered(name: Said, source: str) -> Said:
    """An indicator whose source has not been delivered."""
    return Said(f"{name.en}: {source} not delivered", f"{name.zh}：{source} 未提供")


def nobody_has(name: Said) -> Said:
    """An indicator that is delivered, but for none of the units evaluated."""
    return Said(f"{name.en}: no unit evaluated has it", f"{name.zh}：参评单元均无此数据")


def few_values(name: Said, found: int, least: int) -> Said:
    """Too few values for pooled quantiles."""
    return Said(
        f"{name.en}: {found} values, at least {least} expected for quantiles",
        f"{name.zh}：仅 {found} 个取值，计算分位数至少需要 {least} 个",
    )


def constant(name: Said) -> Said:
    """An indicator whose pooled quantiles coincide."""
    return Said(
        f"{name.en}: the same for all, so its quantiles grade nobody",
        f"{name.zh}：各单元取值相同，分位数无法分级",
    )


def too_few(column: str, value: float, least: float) -> Said:
    """A unit that rests on too few payments, or on an unknown number of them."""
    if value != value:  # NaN
        return Said(f"not evaluated: {column} unknown", f"不予评价：{column} 未知")
    return Said(
        f"not evaluated: {column} {value:g}, at least {least:g} expected",
        f"不予评价：{column} 为 {value:g}，至少应为 {least:g}",
    )


def missing_for_unit(names: Iterable[Said]) -> Said:
    """Indicators that other units have and this one lacks."""
    listed = list(names)
    return Said(
        "graded without " + ", ".join(n.en for n in listed),
        "缺少以下指标：" + "、".join(n.zh for n in listed),
    )


NOTHING_TO_GRADE = Said(
    "not evaluated: no indicator of this unit is delivered",
    "不予评价：该单元没有任何已提供的指标",
)
ONE_UNIT = Said(
    "one unit only: it has a score and a grade, but no rank and no robustness of a rank",
    "仅有一个评价单元：给出得分与等级，不给出排名及其稳健性",
)
ONE_INDICATOR = Said(
    "ranked on one indicator only: weights and operators cannot shake it, so nothing is proven",
    "仅依据一个指标排名：权重与算子无从扰动，稳健性无法检验",
)
ALL_EQUAL = Said(
    "not robust: all units have the same score, so none is first",
    "不稳健：各单元得分相同，没有第一名",
)
AHP_ALONE_ONE_UNIT = Said(
    "weights by judgement (AHP) alone: entropy and CRITIC need several units that differ",
    "仅用判断权重（AHP）：熵权与 CRITIC 需要多个有差异的评价单元",
)
AHP_ALONE_CONSTANT = Said(
    "the same for all units: keeps its weight by judgement (AHP)",
    "各单元取值相同：保留判断权重（AHP）",
)
GRADE_UNDECIDED = Said(
    "no grade by maximum membership: validity index below 0.5; use the score",
    "最大隶属度原则失效（有效度低于 0.5），不给出等级，请看得分",
)
