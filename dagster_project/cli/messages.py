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
    "what_if_saves": (
        "Expected saving a year (预期年节约): {saving:,.0f} yuan, 95 % interval {low:,.0f} to "
        "{high:,.0f}; probability that it costs more than today {worse:.0%}.",
        "预期年节约：{saving:,.0f} 元，95% 区间 {low:,.0f} 至 {high:,.0f}；"
        "劣于现状的概率 {worse:.0%}。",
    ),
    "what_if_assumes": (
        "Asked about, not proposed. Assumptions (假设): {assumptions}.",
        "仅为假设分析，并非建议。假设：{assumptions}。",
    ),
    "not_built": (
        "Nothing has been built in {home} yet (尚未构建). Run `jiaofei run` first.",
        "{home} 尚未构建。请先运行 `jiaofei run`。",
    ),
    "balanced": (
        "Every delivered row accounted for (逐行对账): yes",
        "逐行对账：全部交付行均有去向。",
    ),
    "unbalanced": (
        "Every delivered row accounted for (逐行对账): NO, not in {sources}",
        "逐行对账：不平衡的数据源：{sources}",
    ),
    "decisions_due": (
        "Taken at the next run (下次运行执行): {decisions}",
        "下次运行执行的决策：{decisions}",
    ),
    "no_decision_due": (
        "No weekly decision is due before {day} (暂无到期决策).",
        "{day} 之前没有到期的每周决策。",
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
    "no_campaigns": (
        "No campaign is declared. Write one into {folder}/, beginning with the example in "
        "dagster_project/declarations/campaigns/.",
        "尚未声明活动。请参照 dagster_project/declarations/campaigns/ 中的示例，写入 {folder}/。",
    ),
    "checked": (
        "{files} declarations checked, {faults} faults (检查完毕).",
        "已检查 {files} 个声明，发现 {faults} 处问题。",
    ),
    "plan_baseline": (
        "{baseline:.1f} % of the audience pay through the target unasked; needed is what finds "
        "{effect:g} points with {wanted:.0f} % power. Past behaviour explains {explained:.0f} % of "
        "the variance.",
        "受众中 {baseline:.1f}% 未经引导即使用目标渠道；“所需”为以 {wanted:.0f}% 的效能发现 "
        "{effect:g} 个百分点所需户数。历史行为解释 {explained:.0f}% 的方差。",
    ),
    "no_creatives": (
        "No creative is declared (contents), so none is compared.",
        "未声明创意（contents），不作创意比较。",
    ),
    "plan_cost": (
        "{contacts:,} contacts, {window:,} of them before a predicted payment, cost {cost} yuan "
        "(an assumed unit cost) of a budget of {budget} yuan.",
        "共 {contacts:,} 次触达，其中 {window:,} 次位于预测缴费日前；费用 {cost} 元（单价为假设），"
        "预算 {budget} 元。",
    ),
    "launched": (
        "Launched (已启动): {code}, {customers:,} customers assigned on {day}, frozen in {folder}. "
        "Next: `jiaofei run`, then `jiaofei campaign export`.",
        "已启动 {code}：{customers:,} 户于 {day} 完成分组，固化于 {folder}。"
        "下一步：`jiaofei run`，再 `jiaofei campaign export`。",
    ),
    "launched_before": (
        "{code} was launched on {day} with {customers:,} customers; nothing has changed "
        "({folder}).",
        "{code} 已于 {day} 启动，共 {customers:,} 户；没有变化（{folder}）。",
    ),
    "exported": (
        "Export {number} (导出): {contacts:,} contacts up to {until} in {folder}. Exported before: "
        "{exported_before:,}; withheld: {opted_out:,} opted out, {missed:,} past their day, "
        "{unreachable:,} without contact data.",
        "第 {number} 次导出：截至 {until} 的 {contacts:,} 次触达，位于 {folder}。此前已导出 "
        "{exported_before:,}；未导出：退订 {opted_out:,}，已过期 {missed:,}，"
        "无联系信息 {unreachable:,}。",
    ),
    "nothing_to_export": (
        "Nothing new to export up to {until}: {exported_before:,} exported before; withheld: "
        "{opted_out:,} opted out, {missed:,} past their day, {unreachable:,} without contact data.",
        "截至 {until} 没有新的触达：此前已导出 {exported_before:,}；未导出：退订 {opted_out:,}，"
        "已过期 {missed:,}，无联系信息 {unreachable:,}。",
    ),
    "sensitive_tags": (
        "* sensitive: the catalogue says what it must never be used for (敏感标签)",
        "* 敏感标签：目录中写明不得用于何处",
    ),
    "demo_history": (
        "1. Deliveries of {given.customers:,} invented customers are written; those after "
        "{given.launch_on} wait.",
        "1. 已写入 {given.customers:,} 户虚构用户的交付文件；{given.launch_on} 之后的文件"
        "暂不入库。",
    ),
    "demo_built": (
        "   Landed, built, tested and published as of {given}.",
        "   截至 {given} 的数据已入库、构建、检验并发布。",
    ),
    "demo_plan": (
        "2. The campaign is declared (campaigns/own-app.yaml) and planned:",
        "2. 活动已声明（campaigns/own-app.yaml），计划如下：",
    ),
    "demo_launched": (
        "3. Launched and exported: {given[0].contacts:,} contacts; a second export holds "
        "{given[1].contacts:,}.",
        "3. 已启动并导出：{given[0].contacts:,} 次触达；再次导出为 {given[1].contacts:,} 次。",
    ),
    "demo_response": (
        "4. {given} files of the following weeks are delivered: the contacts that were made, and "
        "payments that respond to them; every file from before the launch is the same.",
        "4. 已交付此后数周的 {given} 个文件：实际触达及其后的缴费；启动之前的文件逐字节不变。",
    ),
    "demo_saving": (
        "Fees saved by arm {arm}: {yuan:,.0f} yuan, 95 % interval [{yuan_low:,.0f}, "
        "{yuan_high:,.0f}].",
        "{arm} 组节省手续费 {yuan:,.0f} 元，95% 区间 [{yuan_low:,.0f}, {yuan_high:,.0f}]。",
    ),
    "demo_end": (
        "Sample ratio p = {srm:.2f}; contacts cost {cost} yuan (assumed). Tables, pictures and "
        "campaign_demo.json lie in {folder}.",
        "样本比例检验 p = {srm:.2f}；触达费用 {cost} 元（假设）。数据表、图片和 "
        "campaign_demo.json 位于 {folder}。",
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
# Decisions that are taken weekly, as their declarations name them.
WEEKLY_DECISIONS = {
    "commission": ("commission plan", "酬金方案"),
    "complaint_classifier": ("classifier of complaint texts", "投诉文本分类模型"),
    "guidance": ("guidance of customers to channels", "渠道引导"),
    "uplift": ("whom a contact moves", "触达增益"),
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
