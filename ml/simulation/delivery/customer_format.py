"""The customer file: codes, and names and addresses that are plainly invented.

Names and addresses follow from the customer's index, so nothing of them is kept in memory.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ml.simulation.codes import RESIDENT, TYPES, Array, Table
from ml.simulation.delivery.rows import SourceFormat
from ml.simulation.delivery.texts import (
    BOOLEANS,
    Calendar,
    CustomerTexts,
    codes,
    digits,
    join,
    plain,
)

SURNAMES = codes(list("王李张刘陈杨赵黄周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹"))
GIVEN = codes([f"示{letter}" for letter in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"])
FIRMS = codes(["示例商行", "示例餐馆", "示例超市", "示例工厂", "示例农场"])
ROADS = codes(["样例路", "演示街", "虚拟大道", "模拟巷", "示范路"])
REGIONS = codes([f"R{number:02d}" for number in range(1, 100)])
SCATTER = 2_654_435_761  # Knuth's multiplicative hash: neighbours get unlike names


def customer_format(customers: CustomerTexts, calendar: Calendar) -> SourceFormat:
    """Format of ``customers_*.csv``."""

    def encode(table: Table) -> Mapping[str, Array]:
        customer = table["customer"]
        mixed = (customer.astype(np.int64) * SCATTER) % 2**32
        return {
            "customer_no": customers.number(customer),
            "customer_type": codes(TYPES)[table["kind"]],
            "region_code": REGIONS[table["region"]],
            "is_prepaid": BOOLEANS[table["is_prepaid"].astype(np.int8)],
            "has_withholding": BOOLEANS[table["has_withholding"].astype(np.int8)],
            "is_elderly": BOOLEANS[table["is_elderly"].astype(np.int8)],
            "is_low_income": BOOLEANS[table["is_low_income"].astype(np.int8)],
            "opened_on": calendar.any_day(table["opened"]),
            "customer_name": _names(mixed, table["kind"]),
            "phone": digits(table["phone"], 11),
            "address": _addresses(mixed, table["region"]),
        }

    widths = {
        "customer_no": 10, "customer_type": 14, "region_code": 8, "is_prepaid": 5,
        "has_withholding": 5, "is_elderly": 5, "is_low_income": 5, "opened_on": 10,
        "customer_name": 18, "phone": 12, "address": 80,
    }  # fmt: skip
    return SourceFormat("customers", widths, encode)


def _names(mixed: Array, kind: Array) -> Array:
    surname = SURNAMES[mixed % len(SURNAMES)]
    given = GIVEN[mixed // 64 % len(GIVEN)]
    second = np.where(kind == RESIDENT, given, FIRMS[mixed // 64 % len(FIRMS)])
    return join(surname, second)


def _addresses(mixed: Array, region: Array) -> Array:
    return join(
        "示例省".encode(),
        REGIONS[region],
        "区".encode(),
        ROADS[mixed // 7 % len(ROADS)],
        plain(1 + mixed // 64 % 900),
        "号".encode(),
        plain(1 + mixed // 4096 % 30),
        "栋".encode(),
        plain(101 + mixed // 65_536 % 2000),
        "室".encode(),
    )
