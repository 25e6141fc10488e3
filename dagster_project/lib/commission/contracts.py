"""All contracts of a file, judged together: no gap, no overlap, tiers in order.

Every fault is told at once, each with file and line, and nothing is built until all are mended.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby, pairwise
from pathlib import Path

from dagster_project.lib.commission.terms import COLUMNS, OPEN_END, LineError, Tier, read_tier
from dagster_project.lib.deliveries.messages import Bilingual

FILE = Path("seeds") / "channel_contracts.csv"


class ContractTermsError(ValueError):
    """The contracts cannot be used; ``said`` names every faulty line in both languages."""

    def __init__(self, file: str, faults: Sequence[LineError]) -> None:
        ordered = sorted(faults, key=lambda fault: fault.line)
        english = [f"{file}:{fault.line}: {fault.said.en}." for fault in ordered]
        chinese = [f"{file}:{fault.line}：{fault.said.zh}。" for fault in ordered]
        self.said = Bilingual("\n".join(english), "\n".join(chinese))
        super().__init__(str(self.said))


def read_contracts(dbt_project: Path) -> list[Tier]:
    """The tiers of all contracts that the project declares, in the order of the file.

    Raises:
        ContractTermsError: a column is missing, a value is wrong, or contracts contradict.
    """
    path = dbt_project / FILE
    name = f"{dbt_project.name}/{FILE.as_posix()}"
    with path.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.DictReader(handle)
        missing = [column for column in COLUMNS if column not in (rows.fieldnames or [])]
        if missing:
            raise ContractTermsError(name, [_missing(missing)])
        tiers, faults = _tiers(rows)
    faults += [*_of_contracts(tiers), *_of_channels(tiers)]
    if faults:
        raise ContractTermsError(name, faults)
    return tiers


def in_force(tiers: Sequence[Tier], day: date) -> list[Tier]:
    """The tiers of the contracts that are valid on ``day``."""
    return [tier for tier in tiers if tier.valid_from <= day <= tier.valid_to]


def _tiers(rows: csv.DictReader[str]) -> tuple[list[Tier], list[LineError]]:
    tiers: list[Tier] = []
    faults: list[LineError] = []
    for row in rows:
        values = {column: (row[column] or "").strip() for column in COLUMNS}
        try:
            tiers.append(read_tier(values, rows.line_num))
        except LineError as fault:
            faults.append(fault)
    return tiers, faults


def _missing(columns: list[str]) -> LineError:
    names = ", ".join(columns)
    return LineError(1, f"the columns {names} are missing; add them", f"缺少列 {names}，请补上")


def _of_contracts(tiers: Sequence[Tier]) -> Iterator[LineError]:
    """Tiers of one contract: one frame, the first from 0 on, rising."""
    for contract_id, group in groupby(sorted(tiers, key=_contract), key=_contract):
        own = list(group)
        if own[0].tier_from_yuan != 0:
            yield LineError(
                own[0].line,
                f"the first tier of {contract_id} begins at {own[0].tier_from_yuan}; "
                "expected 0, so that every volume has a rate",
                f"{contract_id} 的首个阶梯起点为 {own[0].tier_from_yuan}，应为 0",
            )
        for lower, higher in pairwise(own):
            if higher.tier_from_yuan <= lower.tier_from_yuan:
                yield LineError(
                    higher.line,
                    f"the tier of {contract_id} begins at {higher.tier_from_yuan}, not above the "
                    f"{lower.tier_from_yuan} of the tier before it; order the tiers",
                    f"{contract_id} 的阶梯起点 {higher.tier_from_yuan} 未高于前一阶梯的 "
                    f"{lower.tier_from_yuan}，请按升序排列",
                )
            if higher.frame != lower.frame:
                yield LineError(
                    higher.line,
                    f"channel, validity, tier_rule, monthly fee or minimum of {contract_id} differ "
                    "from its first tier's; use another contract_id, or make them equal",
                    f"{contract_id} 的渠道、有效期、阶梯计法、月费或保底与首个阶梯不一致，"
                    "请改用新的合同编号或统一",
                )


def _of_channels(tiers: Sequence[Tier]) -> Iterator[LineError]:
    """Contracts of one channel: each begins on the day after the one before it ends."""
    first = {tier.contract_id: tier for tier in reversed(tiers)}.values()
    ordered = sorted(first, key=lambda tier: (tier.channel_code, tier.valid_from, tier.line))
    for channel, group in groupby(ordered, key=lambda tier: tier.channel_code):
        for earlier, later in pairwise(group):
            if earlier.valid_to >= later.valid_from:
                yield LineError(
                    later.line,
                    f"{later.contract_id} of {channel} begins on {later.valid_from}, while "
                    f"{earlier.contract_id} (line {earlier.line}) is valid to "
                    f"{_end(earlier)}: they overlap; end the earlier one the day before",
                    f"{channel} 的 {later.contract_id} 于 {later.valid_from} 生效，而 "
                    f"{earlier.contract_id}（第 {earlier.line} 行）有效至 {_end(earlier)}，"
                    "两者重叠；请让前者提前一天到期",
                )
            elif earlier.valid_to + timedelta(days=1) < later.valid_from:
                yield LineError(
                    later.line,
                    f"no contract of {channel} is valid between {earlier.valid_to} "
                    f"({earlier.contract_id}, line {earlier.line}) and {later.valid_from}: a gap; "
                    f"let {later.contract_id} begin on {earlier.valid_to + timedelta(days=1)}",
                    f"{channel} 在 {earlier.valid_to}（{earlier.contract_id}，第 {earlier.line} "
                    f"行）与 {later.valid_from} 之间没有有效合同；请让 {later.contract_id} 自 "
                    f"{earlier.valid_to + timedelta(days=1)} 起生效",
                )


def _contract(tier: Tier) -> str:
    return tier.contract_id


def _end(tier: Tier) -> str:
    return "open end" if tier.valid_to == OPEN_END else str(tier.valid_to)
