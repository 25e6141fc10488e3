"""Every sentence of the commission tables, in English and Chinese."""

from __future__ import annotations

from typing import NamedTuple

from dagster_project.lib.decisions.commission.books import Books
from ml.commission import NAMES, Plan


class Reason(NamedTuple):
    """Why a schedule is what it is."""

    en: str
    zh: str

    @classmethod
    def of(cls, best: Plan) -> Reason:
        """Which principles bind, or conflict."""
        if best.conflict is not None:
            english, chinese = best.conflict.said
            return cls(f"Today's terms stay: {english}", f"维持现行条款：{chinese}")
        if not best.binding:
            return cls(
                "The cheapest schedule within the declared steps; no principle binds.",
                "声明档位内成本最低的方案；没有原则构成约束。",
            )
        names = "; ".join(NAMES[name][0] for name in best.binding)
        names_zh = "；".join(NAMES[name][1] for name in best.binding)
        return cls(
            f"The cheapest schedule that keeps the principles; binding: {names}.",
            f"满足全部原则的最低成本方案；起约束作用的原则：{names_zh}。",
        )

    def of_fewer_steps(self, tried: int, declared: int) -> Reason:
        """The same, saying that not every declared step was tried; as it is where all were."""
        if tried == declared:
            return self
        return Reason(
            f"{self.en} Of {declared} declared steps {tried} were tried: all would make more "
            "schedules than can be judged.",
            f"{self.zh}声明的{declared}个档位中试算了{tried}个：全部组合超出可比较的方案数。",
        )


ASKED = Reason(
    "Asked about, not proposed: the principles are not applied to it.",
    "仅为假设分析，并非建议方案：未施加各项原则。",
)


def assumptions(books: Books, channel: str) -> dict[str, str]:
    """What the figures of a channel rest on that nobody has measured."""
    english = ["a payment that moves is as large as those of its new channel"]
    chinese = ["转移的缴费金额与新渠道的一致"]
    if channel not in books.responses.channels or books.responses.of(channel)[2]:
        english.append("response to commission from the declared prior")
        chinese.append("费率响应取自声明的先验")
    if books.market.handling_yuan[books.market.index(channel)] >= 0:
        english.append("handling cost declared, not measured")
        chinese.append("处理成本为声明值而非实测")
    if channel in books.market.terms and channel not in books.market.grades:
        has_score = channel in books.market.scores
        english.append(
            "no certain efficiency grade, so compared by score"
            if has_score
            else "no efficiency score, so the order of grades does not bind it"
        )
        chinese.append(
            "效能等级不确定，按得分比较" if has_score else "没有效能得分，不受等级顺序约束"
        )
    return {"assumptions_en": "; ".join(english), "assumptions_zh": "；".join(chinese)}


def response_note(is_assumed: bool) -> dict[str, str]:
    """What a response rests on."""
    if is_assumed:
        return {
            "note_en": "Assumption: the declared prior, moved by what other channels showed.",
            "note_zh": "假设：声明的先验，并参考其他渠道的表现。",
        }
    return {
        "note_en": "Estimated from the change of its own terms, pooled with prior and others.",
        "note_zh": "由自身条款变更估计，并与先验及其他渠道部分合并。",
    }
