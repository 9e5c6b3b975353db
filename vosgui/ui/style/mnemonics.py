"""Letters by which menus and their entries are chosen on the keyboard: none twice in one menu."""

from __future__ import annotations

from collections.abc import Iterable


def with_mnemonics(texts: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """Return texts of one menu with & before their letter, first letters of words preferred.

    As many as can have a letter; who comes first chooses, unless others would then have none. An &
    of the text itself is doubled. taken : letters that other entries of the menu have.
    """
    texts, taken = list(texts), set(taken)
    places = [_places(text, taken) for text in texts]
    owners: dict[str, int] = {}
    for n in range(len(texts)):
        free = next((one for one in places[n] if one not in owners), None)
        if free is not None:
            owners[free] = n
        else:
            _give_one(n, places, owners, set())
    marked = {n: places[n][one] for one, n in owners.items()}
    return [_marked(text, marked.get(n)) for n, text in enumerate(texts)]


def _places(text: str, taken: set[str]) -> dict[str, int]:
    """Return where the letters of a text are that it can have, those preferred first."""
    starts = [n for n, sign in enumerate(text) if n == 0 or text[n - 1] == " "]
    places: dict[str, int] = {}
    for n in (*starts, *range(len(text))):
        if text[n].isalpha() and text[n].lower() not in taken:
            places.setdefault(text[n].lower(), n)
    return places


def _give_one(
    n: int, places: list[dict[str, int]], owners: dict[str, int], asked: set[str]
) -> bool:
    """Give a text a letter whose owner can have another one; False where no owner can."""
    for one in places[n]:
        if one not in asked:
            asked.add(one)
            if one not in owners or _give_one(owners[one], places, owners, asked):
                owners[one] = n
                return True
    return False


def _marked(text: str, at: int | None) -> str:
    return escaped(text) if at is None else f"{escaped(text[:at])}&{escaped(text[at:])}"


def letter(text: str) -> str:
    """Return the letter that an entry has, in lower case; empty where it has none."""
    text = text.replace("&&", "")
    return text[text.index("&") + 1].lower() if "&" in text else ""


def escaped(text: str) -> str:
    """Return a text as menus want it that has no mnemonic."""
    return text.replace("&", "&&")
