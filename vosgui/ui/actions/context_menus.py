"""Context menus: which actions are offered where, and how a widget gets its menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QAbstractScrollArea, QMenu, QWidget

from vosgui.ui.actions.actions import Actions

# What is offered where; None parts groups.
CONTEXTS: dict[str, tuple[str | None, ...]] = {
    "canvas": (
        *("verify", "absent", "reinitialise", None),
        *("copy_previous", "copy_next", "refine", "delete_here", None),
        *("run_forward", "run_backward", "run_both", "run_bidirectional", None),
        *("zoom_fit", "zoom_100", "outline", "paint_over", None),
        *("onion_skin", "beside", "magnifier", "view_options"),
    ),
    "objects": (
        *("rename_object", "set_category", "set_colour", "write_expression", None),
        *("tick_object", "hide_object", "lock_object", None),
        *("new_object", "remove_object"),
    ),
    "tracks": (
        *("verify", "absent", "reinitialise", None),
        *("run_forward", "run_backward", "run_bidirectional", None),
        *("delete_here", "delete_in_range", "refine", None),
        *("lock_in_range", "unlock_in_range", None),
        *("range_start", "range_end", "range_all", "set_stride", None),
        *("hide_object", "lock_object"),
    ),
    "clips": (
        *("open_chosen", "rename_clip", "assign_clips", None),
        *("run_chosen_forward", "run_chosen_bidirectional", None),
        *("tick_clips", "tick_all_clips", "untick_clips", None),
        *("remove_clips", "put_back_clips", "delete_clips", "show_clip_folder", None),
        *("undo_clips", "redo_clips", None),
        *("add_clip", "add_files", "add_tree", None, "import", "export"),
    ),
}


def context_menu(actions: Actions, context: str, parent: QWidget) -> QMenu:
    """Return the menu of a context; it deletes itself when it is closed."""
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    menu.setToolTipsVisible(True)
    for name in CONTEXTS[context]:
        if name is None:
            menu.addSeparator()
        else:
            menu.addAction(actions[name])
    return menu


def add_context_menu(
    widget: QWidget,
    actions: Actions,
    context: str,
    choose: Callable[[QPoint], bool] = lambda at: True,
) -> None:
    """Let a right click on a widget, or the menu key, show the menu of a context.

    choose : makes what lies at a point of the widget current; False where no menu is to be shown.
    """
    # Lists tell where in what they scroll.
    ground = widget.viewport() if isinstance(widget, QAbstractScrollArea) else widget

    def show(at: QPoint) -> None:
        if choose(at):
            context_menu(actions, context, widget).popup(ground.mapToGlobal(at))

    widget.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    widget.customContextMenuRequested.connect(show)
