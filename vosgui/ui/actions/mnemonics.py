"""Letters by which menus and their entries are chosen on the keyboard: none twice in one menu."""

from __future__ import annotations

from collections.abc import Iterable


def with_mnemonics(texts: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return texts of one menu with & before their letter, first letters of words preferred.

    Where all letters of a text are taken, it has none. An & of the text itself is doubled.
    taken : letters that other entries of the menu have.
    """
    taken = set(taken)
    found = []
    for text in texts:
        starts = [n for n, sign in enumerate(text) if n == 0 or text[n - 1] == " "]
        places = [*starts, *range(len(text))]
        free = (n for n in places if text[n].isalpha() and text[n].lower() not in taken)
        at = next(free, None)
        if at is None:
            found.append(escaped(text))
        else:
            taken.add(text[at].lower())
            found.append(f"{escaped(text[:at])}&{escaped(text[at:])}")
    return found


def letter(text: str) -> str:
    """Return the letter that an entry has, in lower case; empty where it has none."""
    text = text.replace("&&", "")
    return text[text.index("&") + 1].lower() if "&" in text else ""


def escaped(text: str) -> str:
    """Return a text as menus want it that has no mnemonic."""
    return text.replace("&", "&&")
