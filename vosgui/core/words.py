"""Words that several layers say alike."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from itertools import chain, count


def reason(error: BaseException) -> str:
    """Return what an error says, of the system's the words alone: without its number and file."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).rstrip(".")


def counted(n: int, word: str) -> str:
    """Return a number and what is counted, in the plural where it is: "1 clip", "3 clips"."""
    return f"{n} {word}" if n == 1 else f"{n} {word}s"


def some_of(names: Sequence[object], most: int = 5) -> str:
    """Return the first names of a list, and how many more there are, if it is not one alone."""
    n = most if len(names) > most + 1 else len(names)
    more = f" and {len(names) - n} more" if len(names) > n else ""
    return f"{', '.join(map(str, names[:n]))}{more}"


def absent_in_words(wanted: Sequence[str], there: Collection[str]) -> str:
    """Return which of the frames that are wanted are not there: all, some by name, or ""."""
    known = set(there)
    absent = [name for name in wanted if name not in known]
    return "every frame" if absent and len(absent) == len(wanted) else some_of(absent)


def frames_in_words(names: Sequence[str]) -> str:
    """Return frames for a message: the one there is, or how many and the first of them."""
    return f"frame {names[0]}" if len(names) == 1 else f"{len(names)} frames ({some_of(names)})"


def free_name(name: str, is_taken: Callable[[str], bool]) -> str:
    """Return a name that is not taken: the one wanted, or it with -2, -3 and so on."""
    names = chain([name], (f"{name}-{n}" for n in count(2)))
    return next(one for one in names if not is_taken(one))
