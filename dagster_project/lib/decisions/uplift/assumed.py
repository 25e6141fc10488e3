"""What a contact costs and how long a move lasts, as guidance declares both.

They are assumptions until contracts and campaigns say more; the published evaluation says so.
"""

from __future__ import annotations

from functools import cache

from dagster_project.lib.decisions.guidance.declaration import Guidance, read_guidance


@cache
def _declared() -> Guidance:
    return read_guidance()


def contact_cost(means: str) -> float:
    """Yuan of one contact by the means; of others the dearest declared, so that none pays by luck.

    Raises:
        GuidanceError: the declaration cannot be used.
    """
    costs = {one.code: one.cost_yuan for one in _declared().means}
    return costs.get(means, max(costs.values()))


def retained_share(target: str) -> float:
    """Share of the following year's payments that who moved makes through the channel.

    Of channels that guidance does not declare the least of all, for the same reason.

    Raises:
        GuidanceError: the declaration cannot be used.
    """
    shares = {one.code: one.retention for one in _declared().channels}
    return shares.get(target, min(shares.values()))
