"""What complainants say, in Chinese, by category and by whether a channel is named."""

from __future__ import annotations

import numpy as np

from ml.simulation.channels.complaints import TEXT_VARIANTS
from ml.simulation.codes import CHANNEL_NAMES_ZH, Array, Table
from ml.simulation.delivery.texts import codes, join, plain

OPENINGS = "客户反映"
ABOUT_A_CHANNEL = (  # by category: service, business
    ("缴费时排队时间过长，工作人员态度不耐烦", "缴费遇到问题无人解答", "办理缴费时被要求多次往返"),
    ("扣款成功但电费未到账", "重复扣款要求退还", "缴费后仍收到催费短信"),
)
ABOUT_SUPPLY = (  # by category
    ("抢修人员服务态度差", "客服电话长时间无人接听", "上门服务未按约定时间到达"),
    ("对本月电量电费有异议", "阶梯电价计算有疑问", "催费短信发送给了非本户"),
    ("停电未提前通知", "缴费后未及时复电", "计划停电超过公告时间"),
    ("电压偏低家电无法使用", "电压波动频繁", "频繁跳闸影响生活"),
    ("线路施工未恢复路面", "电杆位置影响通行", "变压器噪声扰民"),
)


def complaint_texts(table: Table, encoding: str) -> Array:
    """One text per complaint; with the channel's name where one is named."""
    names = codes([*(f"在{name}" for name in CHANNEL_NAMES_ZH), ""], encoding)
    category, variant = table["category"], table["text"]
    about_channel = _lookup(ABOUT_A_CHANNEL, encoding)[
        np.minimum(category, len(ABOUT_A_CHANNEL) - 1), variant
    ]
    about_supply = _lookup(ABOUT_SUPPLY, encoding)[category, variant]
    named = table["channel"] >= 0
    return join(
        OPENINGS.encode(encoding),
        names[table["channel"]],
        np.where(named, about_channel, about_supply),
        "，工单序号".encode(encoding),
        plain(table["number"] % 100_000),
        "，请尽快处理。".encode(encoding),
    )


def _lookup(texts: tuple[tuple[str, ...], ...], encoding: str) -> Array:
    flat = [text for row in texts for text in row]
    return codes(flat, encoding).reshape(len(texts), TEXT_VARIANTS)
