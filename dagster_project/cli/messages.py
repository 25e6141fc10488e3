"""Every sentence that the commands print, in English and in Chinese; errors are ``lib``'s own."""

from __future__ import annotations

from typing import Any

MESSAGES = {
    "demo_there": (
        "demo deliveries of {customers:,} customers are there already",
        "{customers:,} 户的演示数据已存在",
    ),
    "demo_begins": (
        "Writing {customers:,} customers x {months} months, seed {seed} …",
        "正在写入 {customers:,} 户 × {months} 个月的演示数据，种子 {seed} …",
    ),
    "nothing_new": (
        "Nothing new: no file waits, and the newest landing is published (无新数据).",
        "无新数据：没有待入库的文件，最新数据已发布。",
    ),
    "landed": (
        "As of {as_of}: {files} files landed, {loaded:,} rows loaded, {duplicate:,} duplicate, "
        "{quarantined:,} quarantined; {tables} tables built in {seconds:.0f} s.",
        "截至 {as_of}：{files} 个文件，{loaded:,} 行入库，{duplicate:,} 行重复，"
        "{quarantined:,} 行隔离；构建 {tables} 张表，用时 {seconds:.0f} 秒。",
    ),
    "published": ("Published (已发布): {path}", "已发布：{path}"),
    "no_payments": ("No payments are published (没有缴费数据).", "没有缴费数据。"),
    "assumed": ("* rests on assumed handling costs (含假设的处理成本)", "* 含假设的处理成本"),
    "nothing_landed": (
        "Nothing has been landed in {home} yet (尚无交付). Put files into deliveries/, then "
        "`jiaofei run`.",
        "{home} 尚无交付。请将文件放入 deliveries/，再运行 `jiaofei run`。",
    ),
    "balanced": (
        "Every delivered row accounted for (逐行对账): yes",
        "逐行对账：全部交付行均有去向。",
    ),
    "unbalanced": (
        "Every delivered row accounted for (逐行对账): NO, not in {sources}",
        "逐行对账：不平衡的数据源：{sources}",
    ),
    "not_published": ("Nothing is published yet (尚未发布).", "尚未发布。"),
    "publication": (
        "Published as of {as_of} (发布): {snapshot}; kept: {kept}",
        "已发布（截至 {as_of}）：{snapshot}；保留 {kept} 个快照",
    ),
    "verdict": (
        "Last fit of {model}, {decision}: {reason}",
        "{model}最近拟合，{decision}：{reason}",
    ),
    "demo_foreign": (
        "{folder} holds deliveries that are not a demo. Name another --home.",
        "{folder} 中有非演示数据的交付。请指定其他 --home。",
    ),
    "demo_other": (
        "{folder} holds a demo of {customers:,} customers x {months} months, seed {seed}. Name "
        "another --home, or replace it with --force.",
        "{folder} 中已有演示数据：{customers:,} 户 × {months} 个月，种子 {seed}。"
        "请指定其他 --home，或用 --force 替换。",
    ),
    "current": ("Current is now (当前快照): {snapshot}", "当前快照：{snapshot}"),
}

# Families of models, as their declarations name them.
MODELS = {
    "payment_timing": ("payment timing", "缴费时间"),
    "forecasting": ("forecasts of payments", "缴费预测"),
    "segmentation": ("segments of customers", "用户细分"),
    "fuzzy_evaluation": ("fuzzy evaluation of channels and platform", "模糊综合评价"),
}
DECISIONS = {
    "promoted": ("promoted", "已发布"),
    "rejected": ("rejected", "未通过"),
    "refused": ("refused", "拒绝拟合"),
}


def message(key: str, is_chinese: bool, **values: Any) -> str:
    """The sentence in the chosen language."""
    return MESSAGES[key][int(is_chinese)].format(**values)


def both_languages(key: str, **values: Any) -> str:
    """The sentence as a message to keep: English, then Chinese."""
    return "\n".join(message(key, is_chinese, **values) for is_chinese in (False, True))
