"""Which declared campaigns make sense: every rule yields the faults that it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isclose

from dagster_project.lib.campaigns.declaration import ARMS, HOLDOUT, Campaign
from dagster_project.lib.campaigns.faults import Fault, Place
from dagster_project.lib.deliveries.contracts import load_contracts, seed_codes
from dagster_project.lib.deliveries.messages import Bilingual

COUNTER = "counter"  # channel from which protected customers are not to be steered away
PROTECTED_TAGS = ("elderly", "low_income")
LONGEST_DAYS = 366
RESERVED = ("all", "none", "undeclared")  # what tables say in place of a creative


@dataclass(frozen=True)
class Known:
    """What a declaration may name; None: not known yet, so not judged."""

    tags: frozenset[str] | None = None
    regions: frozenset[str] | None = None


def faults(campaign: Campaign, known: Known) -> list[Fault]:
    """Every fault of the declaration, in the order of its keys."""
    rules = (_codes, _tags, _protected, _dates, _money, _shares, _creatives)
    return [fault for rule in rules for fault in rule(campaign, known)]


def _codes(campaign: Campaign, known: Known) -> Iterator[Fault]:
    contacts = load_contracts()["campaigns"].columns["contact_means"].values or []
    types = load_contracts()["customers"].columns["customer_type"].values or []
    channels = seed_codes("channels")
    yield from _one_of(("target_channel",), campaign.target_channel, channels, "渠道")
    yield from _one_of(("means",), campaign.means, contacts, "触达方式")
    for name, values, allowed, chinese in (
        ("main_channels", campaign.audience.main_channels, channels, "渠道"),
        ("customer_types", campaign.audience.customer_types, types, "用电类别"),
        ("regions", campaign.audience.regions, known.regions, "供电区域"),
    ):
        for number, value in enumerate(values):
            if allowed is not None:
                yield from _one_of(("audience", name, number), value, sorted(allowed), chinese)


def _one_of(place: Place, value: str, allowed: list[str], chinese: str) -> Iterator[Fault]:
    if value not in allowed:
        listed = ", ".join(allowed)
        yield Fault(
            place, value,
            Bilingual(f"one of {listed}", f"以下{chinese}之一：{listed}"),
            Bilingual("Choose one of them.", "请从中选择。"),
        )  # fmt: skip


def _tags(campaign: Campaign, known: Known) -> Iterator[Fault]:
    audience = campaign.audience
    for name in ("tags_held", "tags_not_held"):
        for number, tag in enumerate(getattr(audience, name)):
            if known.tags is not None:
                yield from _one_of(("audience", name, number), tag, sorted(known.tags), "标签")
            if name == "tags_held" and tag in audience.tags_not_held:
                yield Fault(
                    ("audience", name, number), tag,
                    Bilingual("a tag not in tags_not_held", "未出现在 tags_not_held 的标签"),
                    Bilingual(
                        "Nobody holds and lacks a tag: remove one.",
                        "同一标签不能既有又无，请删除其一。",
                    ),
                )  # fmt: skip


def _protected(campaign: Campaign, _: Known) -> Iterator[Fault]:
    """Elderly and low-income customers are never steered away from a counter that they use."""
    for number, tag in enumerate(campaign.audience.tags_held):
        if tag in PROTECTED_TAGS and campaign.target_channel != COUNTER:
            yield Fault(
                ("audience", "tags_held", number), tag,
                Bilingual(
                    f"no protected group, for the target is {campaign.target_channel}",
                    f"非受保护群体的标签（目标渠道为 {campaign.target_channel}）",
                ),
                Bilingual(
                    "Protected customers may only be guided to the counter: remove the tag, or "
                    "change target_channel.",
                    "受保护群体只能引导至柜台：请删除该标签或修改 target_channel。",
                ),
            )  # fmt: skip


def _dates(campaign: Campaign, _: Known) -> Iterator[Fault]:
    days = (campaign.ends_on - campaign.starts_on).days + 1
    if days < 1:
        yield Fault(
            ("ends_on",), campaign.ends_on.isoformat(),
            Bilingual(f"a day from {campaign.starts_on} on", f"不早于 {campaign.starts_on} 的日期"),
            Bilingual("The campaign ends before it starts: mend one.", "结束早于开始，请修正。"),
        )  # fmt: skip
    elif not campaign.cycle_days <= days <= LONGEST_DAYS:
        yield Fault(
            ("ends_on",), campaign.ends_on.isoformat(),
            Bilingual(
                f"a campaign of {campaign.cycle_days} (cycle_days) to {LONGEST_DAYS} days",
                f"{campaign.cycle_days}（cycle_days）至 {LONGEST_DAYS} 天的活动",
            ),
            Bilingual(
                "Contacts fall on a whole billing cycle: move ends_on.",
                "触达覆盖一个完整账期，请调整 ends_on。",
            ),
        )  # fmt: skip


def _money(campaign: Campaign, _: Known) -> Iterator[Fault]:
    contacted = sum(1 for arm in campaign.arms if arm != HOLDOUT)
    if campaign.contacts_affordable < contacted:
        least = contacted * campaign.cost_per_contact.yuan
        yield Fault(
            ("budget_yuan",), f"{campaign.budget_yuan:.2f}",
            Bilingual(
                f"at least {least} yuan, one contact of {campaign.cost_per_contact.yuan} yuan per "
                "arm",
                f"至少 {least} 元（每组至少一次触达，单价 {campaign.cost_per_contact.yuan} 元）",
            ),
            Bilingual("Raise the budget.", "请提高预算。"),
        )  # fmt: skip


def _shares(campaign: Campaign, _: Known) -> Iterator[Fault]:
    for arm in campaign.arms:
        yield from _one_of(("arms", arm), arm, list(ARMS), "分组")
    if campaign.holdout_share <= 0:
        yield Fault(
            ("arms", HOLDOUT), campaign.arms.get(HOLDOUT),
            Bilingual("a holdout share above 0", "大于 0 的对照组占比"),
            Bilingual(
                "Without a holdout no effect can be measured, so the campaign is refused: declare "
                "holdout, 0.2 for instance.",
                "没有对照组就无法衡量效果，活动被拒绝：请声明 holdout，例如 0.2。",
            ),
        )  # fmt: skip
    if not any(share > 0 for arm, share in campaign.arms.items() if arm != HOLDOUT):
        yield Fault(
            ("arms",), campaign.arms,
            Bilingual("an arm that is contacted", "至少一个触达组"),
            Bilingual("Declare window or random_day.", "请声明 window 或 random_day。"),
        )  # fmt: skip
    total = sum(campaign.arms.values())
    if not isclose(total, 1, abs_tol=1e-9):
        yield Fault(
            ("arms",), round(total, 6),
            Bilingual("shares that sum to 1", "合计为 1 的占比"),
            Bilingual("Mend the shares of the arms.", "请修正各组占比。"),
        )  # fmt: skip


def _creatives(campaign: Campaign, _: Known) -> Iterator[Fault]:
    listed = ", ".join(RESERVED)
    for code in campaign.contents:
        if code in RESERVED:
            yield Fault(
                ("contents", code), code,
                Bilingual(f"a code other than {listed}", f"{listed} 以外的编号"),
                Bilingual(
                    "Tables say these words in place of a creative: name it otherwise.",
                    "这些词在数据表中另有含义，请改用其他编号。",
                ),
            )  # fmt: skip
