"""Stand-in for dbt's adapter, so that the linter needs no warehouse."""

from collections.abc import Callable


def dispatch(name: str, package: str) -> Callable[[str], str]:
    """Give a macro that renders to a call of its own name."""
    return lambda argument: f"{name}({argument}) = true"
