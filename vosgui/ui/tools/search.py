"""Tools whose mask is found in the pixels of the frame, which takes longer than a screen frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from vosgui.core.mask import Box, Pixels
from vosgui.errors import VosguiError
from vosgui.ui.tools.surface import Place, Surface
from vosgui.ui.tools.tool import Tool

Find = Callable[[], tuple[Box, Pixels]]


@dataclass
class _Search:
    """One gesture.

    found : what was found last. next : what is to be found after what is being found now.
    is_over : the gesture has ended, and what is found for it becomes an edit.
    then : what waits for that.
    """

    place: Place
    found: tuple[Box, Pixels] | None = None
    next: Find | None = None
    is_finding: bool = False
    is_over: bool = False
    is_dropped: bool = False
    then: list[Callable[[], None]] = field(default_factory=list)


class SearchTool(Tool):
    """A gesture that asks for a mask again and again, of which the last wish counts.

    A subclass says with `_want` what is to be found, between `_begin` and `_end`; its `label` is
    that of the edit.
    """

    label = ""
    makes_masks = True

    def __init__(self) -> None:
        self._search: _Search | None = None

    @property
    def active(self) -> bool:
        """Return whether a mask is being looked for."""
        return self._search is not None

    def cancel(self, surface: Surface) -> None:
        """Drop the gesture: nothing has happened."""
        if self._search is not None:
            self._search.is_dropped = True
        self._search = None
        surface.drop()

    def finish(self, surface: Surface, *, at_once: bool = False) -> None:
        """Take what was found, or is about to be."""
        search = self._search
        if search is None:
            return
        self._search, search.is_over = None, True
        surface.drop()
        if at_once:
            search.is_finding, search.next = False, None
            search.then.clear()  # meant for what is being closed, and this is no moment to do it
        self._go_on(surface, search)

    def settle(self, surface: Surface, then: Callable[[], None]) -> None:
        """Take the mask, and go on when that is done."""
        if self._search is None:
            then()
        else:
            self._search.then.append(then)
            self.finish(surface)

    def objects_changed(self, surface: Surface) -> None:
        """Go on, unless the object is gone, locked or hidden."""
        if self._search is not None and not surface.is_open_to(self._search.place):
            self.cancel(surface)

    def _begin(self, surface: Surface) -> Place | None:
        """Begin a gesture; None, with a message, where there is no object for it."""
        place = surface.begin_proposal()
        self._search = None if place is None else _Search(place)
        return place

    def _want(self, surface: Surface, find: Find) -> None:
        """Ask for a mask; of what was asked and not begun, nothing is done."""
        if self._search is not None:
            self._search.next = find
            self._go_on(surface, self._search)

    def _end(self, surface: Surface) -> None:
        """End the gesture: what was wanted last becomes an edit when it is found."""
        if self._search is not None:
            self._search.is_over = True
            self._go_on(surface, self._search)

    def _go_on(self, surface: Surface, search: _Search) -> None:
        if search.is_finding or search.is_dropped:
            return
        if search.next is not None:
            find, search.next, search.is_finding = search.next, None, True

            def on_found(found: tuple[Box, Pixels]) -> None:
                self._on_found(surface, search, found)

            def on_failed(error: VosguiError) -> None:
                search.is_finding = False
                surface.session.failed.emit(error)
                self.cancel(surface)

            surface.tool_thread.ask(find, on_found, on_failed)
        elif search.is_over:
            self._give(surface, search)

    def _on_found(self, surface: Surface, search: _Search, found: tuple[Box, Pixels]) -> None:
        search.is_finding = False
        if search.is_dropped:
            return
        search.found = found
        if search is self._search:
            surface.propose(*found)
        self._go_on(surface, search)

    def _give(self, surface: Surface, search: _Search) -> None:
        """Make the edit, and do what waited for it."""
        if search is self._search:
            self._search = None
            surface.drop()
        search.is_dropped = True
        if search.found is not None and not surface.give(search.place, *search.found, self.label):
            surface.message.emit("Nothing is changed: no other pixels were found")
        for then in search.then:
            then()
