"""The tables of customers that rules may read, and the kinds of their columns.

A rule names a published table; what is published only after the decisions is read where a model
wrote it. The facts of layer 2 are not published: some of what they hold is protected.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

Kind = Literal["number", "text", "date", "boolean"]
Columns = Mapping[str, Mapping[str, Kind]]  # table -> column -> kind

EVERYBODY = "customer_standing"  # one row per known customer; the others are joined to it
MODELLED = {
    "customer_segments": "platform_support.customer_segments_assigned",
    "payment_windows": "platform_support.payment_windows_scored",
}  # fmt: skip
READABLE = {
    "customer_account": "platform_support.customer_account",
    "customer_channel_use": "platform_support.customer_channel_use",
    "customer_payment_profile": "business_application.customer_payment_profile",
    "customer_standing": "platform_support.customer_standing",
    "customer_voice": "platform_support.customer_voice",
    "segment_features": "platform_support.segment_features",
    **MODELLED,
}
KINDS: dict[str, Kind] = {
    "bigint": "number", "int": "number", "double": "number", "decimal": "number",
    "string": "text", "date": "date", "boolean": "boolean",
}  # fmt: skip


def readable_columns(manifest: Mapping[str, Any]) -> Columns:
    """Columns of every readable table and their kinds, as dbt's manifest declares them.

    Raises:
        KeyError: dbt does not declare one of the tables.
    """
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    declared = {
        (node["schema"], node["name"]): node["columns"]
        for node in nodes
        if node["resource_type"] in ("model", "source")
    }
    return {
        table: {
            name: KINDS[kind]
            for name, column in declared[_place(relation)].items()
            if (kind := column["data_type"].split("(")[0].strip().lower()) in KINDS
        }
        for table, relation in READABLE.items()
    }


def _place(relation: str) -> tuple[str, str]:
    schema, name = relation.split(".")
    return schema, name
