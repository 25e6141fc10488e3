"""What a contact costs and how long a move lasts, until contracts and campaigns say so.

Each number is an assumption of the platform, marked as one in the published evaluation.
"""

from __future__ import annotations

CONTACT_COST_YUAN = {
    "sms": 0.045,  # bulk SMS costs 3 to 5 fen
    "wechat_push": 0.01,  # fee of the platform's messages
    "app_push": 0.005,  # own app
    "phone": 1.5,  # three clerk minutes
    "coupon": 2.0,  # its face value at the usual rate of use
    "poster": 0.5,  # print and hanging over those who pass it
}
DEAREST = max(CONTACT_COST_YUAN.values())  # of means that have no cost here
# Share of the following year's payments that who paid through the target because of a contact goes
# on to pay through it: four months of twelve, as effects of reminders fade.
RETAINED_SHARE = 1 / 3


def contact_cost(means: str) -> float:
    """Yuan of one contact by the means; of unknown means the dearest, so that none pays by luck."""
    return CONTACT_COST_YUAN.get(means, DEAREST)
