"""When an uplift cannot be fitted: the refusals, in both languages."""

from __future__ import annotations

from typing import NamedTuple

FEWEST_PER_ARM = 200  # five folds leave 160 to fit on, of which some per cent convert
FEWEST_EVENTS = 20  # of the rarer outcome: with fewer a tree fits single customers


class Refusal(NamedTuple):
    """A reason that a user can read."""

    code: str
    en: str
    zh: str


def one_arm(treated: int, controls: int) -> Refusal:
    """Everybody, or nobody, was contacted."""
    return Refusal(
        "one_arm",
        f"{treated} customers contacted and {controls} held out: an uplift is a difference "
        "between two arms; launch a campaign with a holdout",
        f"触达组{treated}户、对照组{controls}户：增益是两组之差，请开展设有对照组的活动",
    )


def too_few(treated: int, controls: int) -> Refusal:
    """An arm is too small to fit trees on."""
    return Refusal(
        "too_few_customers",
        f"{treated} customers contacted and {controls} held out; {FEWEST_PER_ARM} of each are "
        "needed: pool campaigns for the channel or enlarge the next one",
        f"触达组{treated}户、对照组{controls}户，每组至少需要{FEWEST_PER_ARM}户：请合并同一渠道的活动或扩大下次活动",
    )


def no_variance(value: float) -> Refusal:
    """All outcomes are equal."""
    return Refusal(
        "no_outcome_variance",
        f"every outcome is {value:g}: nothing depends on the contact; wait for the campaign's "
        "payments",
        f"所有用户的结果均为{value:g}，与触达无关：请等待活动期间的缴费数据",
    )


def too_few_events(events: int) -> Refusal:
    """A yes or no outcome that hardly anybody has, or has not."""
    return Refusal(
        "too_few_events",
        f"{events} customers differ from the others in the outcome; {FEWEST_EVENTS} are needed "
        "to say who does: enlarge the campaign or let it run longer",
        f"结果不同的用户仅{events}户，至少需要{FEWEST_EVENTS}户才能区分人群：请扩大活动或延长观察期",
    )
