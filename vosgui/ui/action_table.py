"""The table of actions. Menus, toolbars, shortcuts, palette and cheat sheet are made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal


class When(Enum):
    """When an action can be chosen."""

    ALWAYS = "always"
    CLIP = "a clip is open"
    OBJECT = "an object is current"
    UNDO = "there is an edit to undo"
    REDO = "there is an edit to redo"
    IDLE = "a clip is open and neither a run nor a lesson is at work"
    RUNNING = "something that can be stopped is at work"


@dataclass(frozen=True)
class ActionRow:
    """One action.

    keys : its shortcuts as QKeySequence reads them. menu : its menu; empty for none.
    handler : "target.method", called with `arguments`.
    held : "tap" and "hold" keys do not act when pressed: see ui/held_keys.py.
    flag : the field of `View` that its tick shows; empty for an action without a tick.
    choice : of the actions of one choice ("tool", "scheme") the chosen one is ticked.
    """

    id: str
    text: str
    keys: tuple[str, ...]
    menu: str
    handler: str
    tip: str
    icon: str = ""
    when: When = When.CLIP
    arguments: tuple[int | str, ...] = ()
    held: Literal["", "tap", "hold"] = ""
    flag: str = ""
    starts_group: bool = False
    choice: str = ""


MENUS = ("File", "Edit", "View", "Object", "Tools", "Run", "Review", "Help")

_FILE = (
    ActionRow(
        "open_clip", "Open Clip…", ("Ctrl+O",), "File", "asking.clip",
        "Open a video file or a folder of images", "open", When.ALWAYS,
    ),
    ActionRow(
        "open_folder", "Open Folder of Images…", ("Ctrl+Alt+O",), "File", "asking.folder",
        "Open a folder of images as one clip", "", When.ALWAYS,
    ),
    ActionRow(
        "open_project", "Open Project…", ("Ctrl+Shift+O",), "File", "asking.project",
        "Open a .vosgui project with its clips and their history", "project", When.ALWAYS,
    ),
    ActionRow(
        "open_demo", "Open the Demo Clip", (), "File", "demo.open",
        "Open the clip that comes with the program, its first frame painted", "", When.ALWAYS,
    ),
    ActionRow(
        "add_clip", "Add Clip to Project…", (), "File", "asking.added_clip",
        "Add one more clip to the open project", "add", starts_group=True,
    ),
    ActionRow(
        "save_as", "Save Project As…", ("Ctrl+Shift+S",), "File", "asking.save_as",
        "Keep a copy of the project, with its history, under another name", "save",
    ),
    ActionRow(
        "import", "Import Masks or Dataset…", ("Ctrl+I",), "File", "window.show_import",
        "Add masks to this clip, or the clips of a dataset to the project", "", When.ALWAYS,
        starts_group=True,
    ),
    ActionRow(
        "export", "Export…", ("Ctrl+E",), "File", "window.show_export",
        "Check the annotation and write it in a format of your choice", "export", When.IDLE,
    ),
    ActionRow(
        "close_clip", "Close", ("Ctrl+W",), "File", "opener.close",
        "Close the clip; everything is saved already", starts_group=True,
    ),
    ActionRow(
        "quit", "Quit", ("Ctrl+Q",), "File", "window.close",
        "Close the window; everything is saved already", "", When.ALWAYS,
    ),
)  # fmt: skip

_EDIT = (
    ActionRow(
        "undo", "Undo", ("Ctrl+Z",), "Edit", "annotating.undo",
        "Take back the last edit; a whole run is one edit", "undo", When.UNDO,
    ),
    ActionRow(
        "redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", "annotating.redo",
        "Do the last undone edit again", "redo", When.REDO,
    ),
    ActionRow(
        "copy_previous", "Copy Mask from Previous Grid Frame", ("Ctrl+P",), "Edit",
        "annotating.copy_from_grid", "Copy the object's mask from the grid frame before",
        when=When.OBJECT, arguments=(-1,), starts_group=True,
    ),
    ActionRow(
        "copy_next", "Copy Mask from Next Grid Frame", ("Ctrl+Shift+P",), "Edit",
        "annotating.copy_from_grid", "Copy the object's mask from the grid frame after",
        when=When.OBJECT, arguments=(1,),
    ),
    ActionRow(
        "delete_here", "Delete Mask in This Frame", ("Delete",), "Edit",
        "annotating.delete_here", "Forget the object in this frame, given or not",
        when=When.OBJECT, starts_group=True,
    ),
    ActionRow(
        "delete_in_range", "Delete Masks in Range", ("Ctrl+Delete",), "Edit",
        "annotating.delete_in_range", "Forget the object in all frames of the range",
        when=When.OBJECT,
    ),
    ActionRow(
        "shortcuts", "Keyboard Shortcuts…", (), "Edit", "window.show_shortcuts",
        "Change the keys of any action", "", When.ALWAYS, starts_group=True,
    ),
)  # fmt: skip

_VIEW = (
    ActionRow(
        "zoom_fit", "Zoom to Fit", ("0",), "View", "canvas.zoom_to_fit",
        "Show the whole frame", "zoom-fit",
    ),
    ActionRow(
        "zoom_100", "Zoom to 100 %", ("Ctrl+1",), "View", "canvas.zoom_100",
        "Show one image pixel as one screen pixel", "zoom-100",
    ),
    ActionRow(
        "opacity_down", "Masks More Transparent", (",",), "View", "annotating.change_opacity",
        "Show more of the frame under the masks", arguments=(-1,), starts_group=True,
    ),
    ActionRow(
        "opacity_up", "Masks More Opaque", (".",), "View", "annotating.change_opacity",
        "Show less of the frame under the masks", arguments=(1,),
    ),
    ActionRow(
        "outline", "Outline Only", ("O",), "View", "annotating.toggle_outline",
        "Show the masks' edges without their fill", "outline", flag="outline_only",
    ),
    ActionRow(
        "hide_masks", "Hide Masks While Held", ("H",), "View", "annotating.hide_masks",
        "Show the frame alone as long as the key is down", "eye-off", held="hold",
    ),
    ActionRow(
        "compare", "Compare with Reference…", (), "View", "reference.ask",
        "Show J and F against masks from elsewhere on the timeline", starts_group=True,
    ),
    ActionRow(
        "stop_comparing", "Remove Reference", (), "View", "reference.remove",
        "Compare with nothing any more",
    ),
    ActionRow(
        "scheme_system", "Colours of the System", (), "View", "window.set_scheme",
        "Follow the system's dark or light", "", When.ALWAYS, (0,), starts_group=True,
        choice="scheme",
    ),
    ActionRow(
        "scheme_dark", "Dark", (), "View", "window.set_scheme", "Use dark colours", "",
        When.ALWAYS, (1,), choice="scheme",
    ),
    ActionRow(
        "scheme_light", "Light", (), "View", "window.set_scheme", "Use light colours", "",
        When.ALWAYS, (2,), choice="scheme",
    ),
)  # fmt: skip

_FRAMES = (
    ActionRow(
        "play", "Play, Pause", ("Space",), "Review", "playback.toggle",
        "Play from here at the clip's rate; tap again to pause", "play", held="tap",
    ),
    ActionRow(
        "previous_frame", "Previous Frame", ("Left",), "Review", "navigation.step",
        "Go one frame back", "previous", arguments=(-1,), starts_group=True,
    ),
    ActionRow(
        "next_frame", "Next Frame", ("Right",), "Review", "navigation.step",
        "Go one frame on", "next", arguments=(1,),
    ),
    ActionRow(
        "previous_grid", "Previous Grid Frame", ("Shift+Left",), "Review",
        "navigation.step_grid", "Go to the frame before on the grid", arguments=(-1,),
    ),
    ActionRow(
        "next_grid", "Next Grid Frame", ("Shift+Right",), "Review", "navigation.step_grid",
        "Go to the next frame on the grid", arguments=(1,),
    ),
    ActionRow(
        "previous_keyframe", "Previous Keyframe", ("PgUp",), "Review",
        "navigation.step_keyframe", "Go to the frame before in which the object is given",
        arguments=(-1,),
    ),
    ActionRow(
        "next_keyframe", "Next Keyframe", ("PgDown",), "Review", "navigation.step_keyframe",
        "Go to the next frame in which the object is given", arguments=(1,),
    ),
    ActionRow(
        "first_frame", "First Frame", ("Home",), "Review", "navigation.first",
        "Go to the first frame", "first",
    ),
    ActionRow(
        "last_frame", "Last Frame", ("End",), "Review", "navigation.last",
        "Go to the last frame", "last",
    ),
    ActionRow(
        "next_look", "Next Frame That Needs a Look", ("N",), "Review", "navigation.step_look",
        "Go to the next frame that is stale, uncertain, lost or without a mask on the grid",
        arguments=(1,), starts_group=True,
    ),
    ActionRow(
        "previous_look", "Previous Frame That Needs a Look", ("Shift+N",), "Review",
        "navigation.step_look",
        "Go to the frame before that is stale, uncertain, lost or without a mask on the grid",
        arguments=(-1,),
    ),
    ActionRow(
        "verify", "Verify Frame", ("V", "Return", "Enter"), "Review", "annotating.verify",
        "Say that this frame is right, and go to the next grid frame", "verify",
    ),
    ActionRow(
        "range_start", "Range Starts Here", ("Ctrl+[",), "Review", "navigation.start_range",
        "Hold runs and deletions to the frames from here on", starts_group=True,
    ),
    ActionRow(
        "range_end", "Range Ends Here", ("Ctrl+]",), "Review", "navigation.end_range",
        "Hold runs and deletions to the frames up to here",
    ),
    ActionRow(
        "range_all", "Range Is the Whole Clip", ("Ctrl+\\",), "Review",
        "navigation.whole_range", "Hold runs and deletions to nothing less than the clip",
    ),
)  # fmt: skip

_OBJECT = (
    ActionRow(
        "new_object", "New Object", ("Ctrl+N",), "Object", "annotating.new_object",
        "Add an object and make it current", "add",
    ),
    ActionRow(
        "rename_object", "Rename Object", ("F2",), "Object", "objects.rename",
        "Type another name for the object", when=When.OBJECT,
    ),
    ActionRow(
        "write_expression", "Write Expression", ("Shift+F2",), "Object", "expressions.begin",
        "Type a sentence that refers to the object alone", when=When.OBJECT,
    ),
    ActionRow(
        "remove_object", "Remove Object", (), "Object", "annotating.remove_object",
        "Remove the object with all its masks", "remove", When.OBJECT,
    ),
    ActionRow(
        "next_object", "Next Object", ("Tab",), "Object", "annotating.step_object",
        "Make the next object current", when=When.OBJECT, arguments=(1,), starts_group=True,
    ),
    ActionRow(
        "previous_object", "Previous Object", ("Shift+Tab",), "Object",
        "annotating.step_object", "Make the object before current", when=When.OBJECT,
        arguments=(-1,),
    ),
    ActionRow(
        "hide_object", "Hide or Show Object", ("Shift+H",), "Object",
        "annotating.toggle_visible", "Hide the object's masks, or show them", "eye",
        When.OBJECT, starts_group=True,
    ),
    ActionRow(
        "lock_object", "Lock or Unlock Object", ("Shift+L",), "Object",
        "annotating.toggle_locked", "Keep tools and runs off the object", "lock", When.OBJECT,
    ),
    ActionRow(
        "absent", "Mark Absent", ("A",), "Object", "annotating.mark_absent",
        "Say that the object cannot be seen in this frame", "absent", When.OBJECT,
    ),
    *(
        ActionRow(
            f"object_{n}", f"Object {n}", (str(n),), "", "annotating.select_object",
            f"Make object {n} of the list current", arguments=(n,),
        )
        for n in range(1, 10)
    ),
)  # fmt: skip

_RUN = (
    ActionRow(
        "run_forward", "Propagate Forward", ("F",), "Run", "runs.forward",
        "Carry the ticked objects forward from this frame", "propagate-forward", When.IDLE,
    ),
    ActionRow(
        "run_backward", "Propagate Backward", ("Shift+F",), "Run", "runs.backward",
        "Carry the ticked objects backward from this frame", "propagate-backward", When.IDLE,
    ),
    ActionRow(
        "run_both", "Propagate Both Ways", ("Ctrl+F",), "Run", "runs.both",
        "Carry the ticked objects both ways from this frame", "propagate-both", When.IDLE,
    ),
    ActionRow(
        "run_fill", "Propagate Between Keyframes", ("Ctrl+Shift+F",), "Run", "runs.fill",
        "Carry the ticked objects from all their keyframes; between two, blend what comes from "
        "both", "propagate-between", When.IDLE,
    ),
    ActionRow(
        "stop", "Stop the Run", ("Esc",), "Run", "window.stop",
        "Stop at the next frame and keep what there is; stop adapting, or saving a copy", "stop",
        When.RUNNING,
    ),
    ActionRow(
        "reinitialise", "Re-initialise Object Here", ("I",), "Run", "annotating.reinitialise",
        "Take the object's mask here as given and start it anew from it", "reinitialise",
        When.OBJECT, starts_group=True,
    ),
    ActionRow(
        "adapt", "Adapt to This Clip", ("Ctrl+T",), "Run", "adapting.start",
        "Let the network learn the clip's looks from all given masks; kept with the project only "
        "if it does better by its own check, and used by the next runs", "adapt", When.IDLE,
        starts_group=True,
    ),
    ActionRow(
        "forget_adapted", "Forget What Was Learned of This Clip", (), "Run", "adapting.forget",
        "Let runs use the model as it came", "remove", When.IDLE,
    ),
)  # fmt: skip

_TOOLS = (
    ActionRow(
        "swap_tool", "Swap Paint and Erase", ("X",), "Tools", "tools.swap",
        "Change between the eraser and the tool in hand before it", starts_group=True,
    ),
    ActionRow(
        "brush_smaller", "Smaller Brush", ("[",), "Tools", "tools.resize",
        "Make brush or eraser smaller; each keeps its own size", arguments=(-1,),
    ),
    ActionRow(
        "brush_larger", "Larger Brush", ("]",), "Tools", "tools.resize",
        "Make brush or eraser larger; each keeps its own size", arguments=(1,),
    ),
    ActionRow(
        "paint_over", "Paint Over Other Objects", ("Shift+O",), "Tools",
        "annotating.toggle_paint_over",
        "Let tools take pixels of other unlocked objects", "paint-over", flag="paint_over",
    ),
)  # fmt: skip

_HELP = (
    ActionRow(
        "command_palette", "Command Palette…", ("Ctrl+K",), "Help", "window.show_palette",
        "Find any action by its name", "", When.ALWAYS,
    ),
    ActionRow(
        "cheat_sheet", "Keys", ("F1", "?"), "Help", "window.show_cheat_sheet",
        "Show all keys on one page", "", When.ALWAYS,
    ),
    ActionRow(
        "about", "About vosgui", (), "Help", "window.show_about",
        "Say which version this is", "app", When.ALWAYS, starts_group=True,
    ),
)  # fmt: skip

ROWS: tuple[ActionRow, ...] = (
    *(*_FILE, *_EDIT, *_VIEW, *_OBJECT, *_TOOLS, *_RUN, *_FRAMES, *_HELP),
)


def tool_row(name: str, title: str, icon: str, key: str, hint: str) -> ActionRow:
    """Return the row of a tool."""
    return ActionRow(
        f"tool_{name}", title, (key,), "Tools", "tools.select", hint, icon, When.CLIP, (name,),
        choice="tool",
    )  # fmt: skip


# preset: the keys that differ from the table's
PRESETS: dict[str, dict[str, tuple[str, ...]]] = {
    "vosgui": {},
    "labelme": {
        "previous_frame": ("A", "Left"),
        "next_frame": ("D", "Right"),
        "absent": ("Ctrl+Shift+A",),
    },
    "CVAT": {
        "previous_frame": ("D", "Left"),
        "next_frame": ("F", "Right"),
        "run_forward": ("Alt+F",),
    },
}
