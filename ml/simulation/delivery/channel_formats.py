"""Columns of visits, operations, the survey, and the hotline's own complaint file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ml.simulation.billing.payments import NUMBERS_PER_MONTH
from ml.simulation.channels.complaints import CATEGORIES_ZH
from ml.simulation.channels.complaints import NUMBERS_PER_MONTH as COMPLAINTS_PER_MONTH
from ml.simulation.channels.survey import QUESTIONS
from ml.simulation.channels.visits import NUMBERS_PER_MONTH as VISITS_PER_MONTH
from ml.simulation.codes import CHANNEL_NAMES_ZH, CHANNELS, NO_PAYMENT, STEPS, Array, Table
from ml.simulation.delivery.complaint_texts import complaint_texts
from ml.simulation.delivery.rows import SourceFormat
from ml.simulation.delivery.texts import Calendar, CustomerTexts, codes, join, plain, tenths

HOTLINE_HEADINGS = {
    "complaint_no": "工单编号", "customer_no": "用户编号", "received_at": "受理时间",
    "category": "投诉类型", "channel_code": "缴费渠道", "answered_at": "办结时间",
    "is_satisfied": "是否满意", "complaint_text": "受理内容",
}  # fmt: skip
HOTLINE_ENCODING = "gb18030"


def visit_format(customers: CustomerTexts, calendar: Calendar) -> SourceFormat:
    """Format of ``channel_visits_*.csv``."""
    channels, steps = codes(CHANNELS), codes(STEPS)

    def encode(table: Table) -> Mapping[str, Array]:
        paid = table["payment"] != NO_PAYMENT
        payment = calendar.numbered(np.maximum(table["payment"], 0), NUMBERS_PER_MONTH, 8)
        number = calendar.numbered(table["number"], VISITS_PER_MONTH, 8)
        return {
            "visit_no": join(b"V", number),
            "customer_no": customers.number(table["customer"]),
            "channel_code": channels[table["channel"]],
            "visited_at": calendar.moment(table["day"], table["second"]),
            "furthest_step": steps[table["step"]],
            "payment_no": np.where(paid, payment, b""),
        }

    widths = {
        "visit_no": 15, "customer_no": 10, "channel_code": 16, "visited_at": 19,
        "furthest_step": 17, "payment_no": 14,
    }  # fmt: skip
    return SourceFormat("channel_visits", widths, encode)


def operation_format(sites: Sequence[str], calendar: Calendar) -> SourceFormat:
    """Format of ``channel_operations_*.csv``."""
    channels, site_names = codes(CHANNELS), codes(sites)

    def encode(table: Table) -> Mapping[str, Array]:
        return {
            "channel_code": channels[table["channel"]],
            "site_code": site_names[table["site"]],
            "operated_on": calendar.day(table["day"]),
            "open_hours": plain(table["hours"]),
            "staff": tenths(table["staff_tenths"]),
            "outage_minutes": plain(table["outage"]),
            "queue_minutes": tenths(table["queue_tenths"]),
            "capacity_payments": plain(table["capacity"]),
        }

    widths = {
        "channel_code": 16, "site_code": 24, "operated_on": 10, "open_hours": 8, "staff": 10,
        "outage_minutes": 8, "queue_minutes": 10, "capacity_payments": 8,
    }  # fmt: skip
    return SourceFormat("channel_operations", widths, encode)


def survey_format(calendar: Calendar) -> SourceFormat:
    """Format of ``satisfaction_survey_*.csv``."""
    channels, questions = codes(CHANNELS), codes(QUESTIONS)

    def encode(table: Table) -> Mapping[str, Array]:
        return {
            "channel_code": channels[table["channel"]],
            "question_code": questions[table["question"]],
            "period_month": calendar.day(table["day"]).astype("S7"),
            "grade": plain(table["grade"]),
            "answers": plain(table["answers"]),
        }

    widths = {
        "channel_code": 16, "question_code": 12, "period_month": 7, "grade": 8, "answers": 8,
    }  # fmt: skip
    return SourceFormat("satisfaction_survey", widths, encode)


def hotline_format(customers: CustomerTexts, calendar: Calendar) -> SourceFormat:
    """Format of ``95598_*.csv``: Chinese headings and values in GB18030, times to the minute."""
    categories = codes(CATEGORIES_ZH, HOTLINE_ENCODING)
    channels = codes([*CHANNEL_NAMES_ZH, ""], HOTLINE_ENCODING)  # the last one: code -1
    yes, no = "是".encode(HOTLINE_ENCODING), "否".encode(HOTLINE_ENCODING)

    def encode(table: Table) -> Mapping[str, Array]:
        answered = calendar.minute(table["answer_day"], 60 * table["answer_minute"])
        is_answered = table["is_answered"]
        opinion = np.where(table["is_satisfied"], yes, no)
        return {
            "complaint_no": calendar.numbered(table["number"], COMPLAINTS_PER_MONTH, 6),
            "customer_no": customers.number(table["customer"]),
            "received_at": calendar.minute(table["day"], table["second"]),
            "category": np.where(table["is_sorted"], categories[table["category"]], b""),
            "channel_code": channels[table["channel"]],
            "answered_at": np.where(is_answered, answered, b""),
            "is_satisfied": np.where(is_answered & table["is_rated"], opinion, b""),
            "complaint_text": complaint_texts(table, HOTLINE_ENCODING),
        }

    widths = {
        "complaint_no": 12, "customer_no": 10, "received_at": 16, "category": 12,
        "channel_code": 16, "answered_at": 16, "is_satisfied": 2, "complaint_text": 160,
    }  # fmt: skip
    return SourceFormat("complaints", widths, encode, "95598", HOTLINE_HEADINGS, HOTLINE_ENCODING)
