"""What the simulator knows and the pipeline must find out: Parquet files and parameters.json.

Tests and benchmarks read the truth; nothing that turns deliveries into tables ever does.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ml.simulation.assumptions import Assumptions, Billing, Marketing
from ml.simulation.channels.complaints import CATEGORIES
from ml.simulation.channels.settlements import WRONG_KINDS
from ml.simulation.codes import ARMS, CHANNELS, HOUR_PROFILES, SEGMENTS, Array, Table, concat
from ml.simulation.delivery.files import WrittenFile
from ml.simulation.delivery.texts import Calendar, CustomerTexts
from ml.simulation.people.campaigns import RunningCampaign
from ml.simulation.people.population import Population


class Truth:
    """Writes one folder of truth."""

    def __init__(self, folder: Path, calendar: Calendar, customers: CustomerTexts) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.calendar, self.customers = folder, calendar, customers

    def parameters(self, run: dict[str, Any], assumed: Assumptions) -> None:
        """The arguments of the run, and every assumption with unit and reason."""
        content = {"run": run, "assumptions": assumed.as_parameters()}
        text = json.dumps(content, ensure_ascii=False, indent=2, default=str)
        (self.folder / "parameters.json").write_text(text + "\n", encoding="utf-8")

    def people(self, population: Population, assumed: Billing) -> None:
        """One row per customer: segment, delay in ln(1 + days after the anchor), preference."""
        columns = {
            "customer_no": self._numbers(np.arange(population.size)),
            "segment": _coded(population.segment, SEGMENTS),
            "delay_mu": pa.array(population.delay_mean),
            "delay_sigma": pa.array(np.asarray(assumed.delay_within)[population.segment]),
            "salary_day": pa.array(np.asarray(assumed.salary_days)[population.salary_choice]),
            "hour_profile": _coded(population.hour_profile, HOUR_PROFILES),
        }
        for code, channel in enumerate(CHANNELS):
            columns[f"preference_{channel}"] = pa.array(population.preference[:, code])
        self._write("customers", columns)

    def campaigns(self, running: Sequence[RunningCampaign], assumed: Marketing) -> None:
        """One row per campaign and arm with its true effect, and one per member."""
        effects = [
            {
                "campaign_code": item.plan.code,
                "target_channel_code": CHANNELS[item.plan.target],
                "arm": name,
                "members": int((item.arm == arm).sum()),
                "planned_points": item.points[arm],
                "realised_points": item.realised_points(item.arm == arm),
                "retention_days": assumed.retention_days,
            }
            for item in running
            for arm, name in enumerate(ARMS)
        ]
        schema = {
            "campaign_code": pa.string(), "target_channel_code": pa.string(), "arm": pa.string(),
            "members": pa.int64(), "planned_points": pa.float64(),
            "realised_points": pa.float64(), "retention_days": pa.float64(),
        }  # fmt: skip
        table = pa.Table.from_pylist(effects, pa.schema(schema))
        pq.write_table(table, self.folder / "campaign_effects.parquet")
        self._creatives(running)
        columns = {
            "campaign_code": [item.plan.code for item in running for _ in item.member],
            "customer_no": self._numbers(_stacked([item.member for item in running])),
            "arm": _coded(_stacked([item.arm for item in running]), ARMS),
            "is_converted": pa.array(_stacked([item.converts for item in running]).astype(bool)),
        }
        self._write("campaign_members", columns)

    def _creatives(self, running: Sequence[RunningCampaign]) -> None:
        """One row per creative that works otherwise than the campaign's others."""
        rows = [
            {
                "campaign_code": item.plan.code,
                "creative": code,
                "members": int((np.asarray(item.creative) == code).sum()),
                "realised_points": item.realised_points(np.asarray(item.creative) == code),
            }
            for item in running
            for code in sorted(set(item.creative) - {""})
        ]
        schema = {
            "campaign_code": pa.string(), "creative": pa.string(), "members": pa.int64(),
            "realised_points": pa.float64(),
        }  # fmt: skip
        table = pa.Table.from_pylist(rows, pa.schema(schema))
        pq.write_table(table, self.folder / "creative_effects.parquet")

    def wrong_fees(self, orders: list[Table], per_month: int) -> None:
        """One row per settled order with a planted wrong fee; money in fen."""
        table = concat(orders)
        number = self.calendar.numbered(table["number"], per_month, 8)
        columns = {
            "order_no": _text(number),
            "channel_code": _coded(table["channel"], CHANNELS),
            "settled_on": _text(self.calendar.day(table["day"])),
            "amount_fen": pa.array(table["fen"]),
            "fee_fen": pa.array(table["fee_fen"]),
            "right_fee_fen": pa.array(table["right_fen"]),
            "reason": _coded(table["reason"], WRONG_KINDS),
        }
        self._write("wrong_fees", columns)

    def complaints(self, handled: list[Table], per_month: int) -> None:
        """One row per complaint with its category, entered by the hotline or not."""
        table = concat(handled)
        columns = {
            "complaint_no": _text(self.calendar.numbered(table["number"], per_month, 6)),
            "category": _coded(table["category"], CATEGORIES),
        }
        self._write("complaints", columns)

    def faults(self, files: Sequence[WrittenFile]) -> None:
        """One row per faulty line: file, line (the heading is line 1) and kind."""
        faulty = [(item.name, item.faults) for item in files if item.faults is not None]
        names = [name for name, planted in faulty for _ in planted.kinds]
        kinds = [kind for _, planted in faulty for kind in planted.kinds]
        columns = {
            "file": pa.array(names, pa.string()),
            "line": pa.array(_stacked([planted.lines() for _, planted in faulty]), pa.int64()),
            "kind": pa.array(kinds, pa.string()),
        }
        self._write("faults", columns)

    def _numbers(self, customer: Array) -> pa.Array:
        return _text(self.customers.number(customer))

    def _write(self, name: str, columns: dict[str, Any]) -> None:
        pq.write_table(pa.table(columns), self.folder / f"{name}.parquet")


def _text(texts: Array) -> pa.Array:
    return pa.array(texts.astype(object), pa.binary()).cast(pa.string())


def _coded(values: Array, names: Sequence[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(values.astype(np.int8), list(names)).cast(pa.string())


def _stacked(arrays: list[Array]) -> Array:
    return np.concatenate(arrays) if arrays else np.zeros(0, dtype=np.int64)
