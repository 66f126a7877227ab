"""What is kept of an error: its kind and its place in the code.

Never its message, since messages quote what people wrote, secrets, and paths of the machine.
"""

import os
from collections.abc import Iterator
from traceback import walk_tb

FRAMES = 6
SENTENCE = 200


def describe(error: BaseException) -> str:
    """The error and its causes, one a line, then where it was raised, innermost last."""
    kinds = [kind(each) for each in _causes(error)]
    frames = list(walk_tb(error.__traceback__))[-FRAMES:]
    places = [
        f"in {frame.f_globals.get('__name__', '?')}.{frame.f_code.co_qualname}, line {line}"
        for frame, line in frames
    ]
    return "\n".join([*kinds, *places])


def kind(error: BaseException) -> str:
    """Its class and what is known of it without its values."""
    said = [type(error).__name__, *_details(error)]
    written = (vars(type(error)).get("__doc__") or "").strip().partition("\n")[0]
    return f"{', '.join(said)}: {written[:SENTENCE]}" if written else ", ".join(said)


def _details(error: BaseException) -> Iterator[str]:
    """What a system or database error says about itself that is no value."""
    if isinstance(error, OSError) and error.errno is not None:
        yield os.strerror(error.errno)
    if state := getattr(error, "sqlstate", None):
        yield f"SQLSTATE {state}"
    if constraint := getattr(getattr(error, "diag", None), "constraint_name", None):
        yield constraint


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__
