"""One line per finished piece of work, to whoever listens: the command line, a log, nobody.

Assets run inside Dagster and cannot be handed a callback; the command line that started them in
the same process listens here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_listeners: list[Callable[[str], None]] = []


def report(line: str) -> None:
    """Tell the listeners that something is done."""
    for listener in _listeners:
        listener(line)


@contextmanager
def listening(listener: Callable[[str], None]) -> Iterator[None]:
    """Send every report made in the block to ``listener``."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
