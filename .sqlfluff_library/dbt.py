"""Stand-ins for dbt's cross-database macros, so that the linter needs no warehouse."""


def date_trunc(part: str, day: str) -> str:
    """First moment of the period that holds the day."""
    return f"date_trunc('{part}', {day})"


def last_day(day: str, part: str) -> str:
    """Last day of the period that holds the day."""
    return f"last_day({day})"


def datediff(first: str, second: str, part: str) -> str:
    """Periods from the first to the second moment."""
    return f"date_diff('{part}', {first}, {second})"


def dateadd(part: str, count: str, moment: str) -> str:
    """The moment ``count`` periods later."""
    return f"date_add({moment}, {count}, '{part}')"
