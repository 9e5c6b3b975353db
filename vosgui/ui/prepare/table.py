"""The actions of the Prepare view and their keys, as in the table of the main window."""

from __future__ import annotations

from dataclasses import replace

from vosgui.ui.actions.row import ActionRow, When

ALWAYS, VIDEO, STRETCH = When.ALWAYS, When.VIDEO, When.STRETCH


def _row(
    name: str, text: str, keys: str, handler: str, tip: str, icon: str = "", when: When = STRETCH,
    *arguments: int | str, starts_group: bool = False, choice: str = "",
) -> ActionRow:  # fmt: skip
    """Return a row. keys : with spaces between them."""
    return ActionRow(
        f"prepare.{name}", text, tuple(keys.split()), "", handler, tip, icon, when, arguments,
        starts_group=starts_group, choice=choice,
    )  # fmt: skip


_FILE = (
    _row("add_videos", "Add videos…", "Ctrl+O", "questions.videos",
         "Choose video files to be prepared", "add", ALWAYS),
    _row("add_folder", "Add folder of videos…", "Ctrl+Alt+O", "questions.folder",
         "Add every video in a folder and in those below it", "open", ALWAYS),
    _row("remove_video", "Remove video", "", "questions.remove",
         "Take the video off the list; its file and its clips stay where they are", "remove",
         ALWAYS),
    _row("target", "Folder of clips…", "Ctrl+Shift+O", "questions.target",
         "Choose where clips go; what was decided for that folder is there again", "project",
         ALWAYS, starts_group=True),
    _row("write", "Write clips", "Ctrl+Return Ctrl+Enter", "writer.write",
         "Write all accepted clips as numbered JPEGs; one that is there stays as it is", "export",
         When.ACCEPTED),
    _row("open_clips", "Open clips in a project", "Ctrl+Shift+Return Ctrl+Shift+Enter",
         "writer.open_clips", "Write all accepted clips, add them to a project and open it", "open",
         When.ACCEPTED),
    _row("look_again", "Look again", "Ctrl+R", "window.look_again",
         "Look at all videos anew, by the detector and threshold that are chosen", "", ALWAYS,
         starts_group=True),
    _row("stop", "Stop", "Esc", "window.stop",
         "Stop what is at work; what was looked at is kept", "stop", ALWAYS),
    _row("close", "Close", "Ctrl+W", "window.close",
         "Close the view; everything is kept already", "", ALWAYS, starts_group=True),
)  # fmt: skip

_EDIT = (
    _row("undo", "Undo", "Ctrl+Z", "window.undo", "Undo what was done last", "undo", When.UNDO),
    _row("redo", "Redo", "Ctrl+Shift+Z Ctrl+Y", "window.redo", "Redo what was undone last", "redo",
         When.REDO),
    _row("rules", "Adjust rules", "F6", "rules.begin",
         "Type in the rules; Enter and Esc lead back", "", ALWAYS, starts_group=True),
    _row("command_palette", "Command palette…", "Ctrl+K", "window.show_palette",
         "Find any action of this view by its name", "", ALWAYS, starts_group=True),
    _row("shortcuts", "Keyboard shortcuts…", "", "window.show_shortcuts",
         "Change the keys of any action of this view", "", ALWAYS),
)  # fmt: skip

_CLIP = (
    _row("accept", "Accept", "A Return Enter", "commands.decide",
         "Make a clip of it, and go to the next proposal", "verify", STRETCH, "accepted"),
    _row("reject", "Reject", "X Delete", "commands.decide",
         "Make no clip of it, and go to the next proposal", "absent", STRETCH, "rejected"),
    _row("reopen", "Decide later", "U", "commands.decide",
         "Take back that it was accepted or rejected", "", STRETCH, "open"),
    _row("accept_here", "Accept all of this video", "Ctrl+A", "commands.accept_all",
         "Accept every proposal of the video that is shown", "", VIDEO, "here"),
    _row("accept_everywhere", "Accept all", "Ctrl+Shift+A", "commands.accept_all",
         "Accept every proposal of every video", "", VIDEO, "everywhere"),
    _row("category", "Category", "C", "clips.edit_category",
         "Type what the clip shows; the published categories are offered", "", STRETCH,
         starts_group=True),
    _row("trim_start", "Begin here", "[", "commands.trim",
         "Let the clip begin at the playhead", "", STRETCH, "start", starts_group=True),
    _row("trim_end", "End here", "]", "commands.trim",
         "Let the clip end with the frame under the playhead", "", STRETCH, "end"),
    _row("earlier", "A frame earlier", "Alt+Left", "commands.move",
         "Move the clip by a frame", "", STRETCH, -1),
    _row("later", "A frame later", "Alt+Right", "commands.move",
         "Move the clip by a frame", "", STRETCH, 1),
    _row("split", "Split here", "S", "commands.split",
         "Part the clip in two at the playhead", "", STRETCH),
    _row("merge", "Merge with next", "M", "commands.merge",
         "Make one clip of this one and the next", "", STRETCH),
    _row("new", "New clip here", "N", "commands.new",
         "Make a clip about the playhead, or of the refused stretch that is selected", "add",
         VIDEO),
)  # fmt: skip

_GO = (
    _row("play", "Play or stop", "Space", "player.toggle",
         "Play the selected clip over and over, else on from the playhead", "play", VIDEO),
    _row("hover", "Play clips under the pointer", "H", "window.toggle_hover",
         "Let a clip play while the pointer is on it", "", ALWAYS, 1, choice="hover"),
    _row("next_clip", "Next clip", "PgDown Tab", "going.step_clip", "Select the next clip", "next",
         VIDEO, 1, starts_group=True),
    _row("previous_clip", "Previous clip", "PgUp Shift+Tab", "going.step_clip",
         "Select the clip before", "previous", VIDEO, -1),
    _row("next_refusal", "Next refusal", "R", "going.step_refusal",
         "Select the next stretch that was refused, to see why", "", VIDEO, 1),
    _row("previous_refusal", "Previous refusal", "Shift+R", "going.step_refusal",
         "Select the refused stretch before, to see why", "", VIDEO, -1),
    _row("list_refusals", "Refusals in the list", "L", "window.toggle_refusals",
         "List what was refused among the clips, or the clips alone", "", ALWAYS, 1,
         choice="list_refusals"),
    _row("next_shot", "Next shot", "Down", "going.step_shot", "Go to the next cut", "", VIDEO, 1),
    _row("previous_shot", "Previous shot", "Up", "going.step_shot", "Go to the cut before", "",
         VIDEO, -1),
    _row("next_video", "Next video", "Ctrl+PgDown", "going.step_video", "Show the next video", "",
         ALWAYS, 1),
    _row("previous_video", "Previous video", "Ctrl+PgUp", "going.step_video",
         "Show the video before", "", ALWAYS, -1),
    _row("next_frame", "Next frame", "Right", "going.step_frame", "Go to the next frame", "",
         VIDEO, 1, starts_group=True),
    _row("previous_frame", "Previous frame", "Left", "going.step_frame", "Go to the frame before",
         "", VIDEO, -1),
    _row("second_on", "A second on", "Shift+Right", "going.step_second", "Go a second on", "",
         VIDEO, 1),
    _row("second_back", "A second back", "Shift+Left", "going.step_second", "Go a second back", "",
         VIDEO, -1),
    _row("first_frame", "First frame", "Home", "going.first", "Go to the first frame", "first",
         VIDEO),
    _row("last_frame", "Last frame", "End", "going.last", "Go to the last frame", "last", VIDEO),
    _row("zoom_in", "Zoom in", "+ =", "window.zoom", "Show less of the video, larger", "", VIDEO,
         "in", starts_group=True),
    _row("zoom_out", "Zoom out", "-", "window.zoom", "Show more of the video", "", VIDEO, "out"),
    _row("zoom_all", "Whole video", "0", "window.zoom", "Show the whole video", "zoom-fit", VIDEO,
         "all"),
)  # fmt: skip

_HELP = (_row("keys", "Keys", "F1 ?", "window.show_keys", "Show all keys on one page", "", ALWAYS),)

MENUS = ("File", "Edit", "Clip", "Go", "Help")
_OF = {"File": _FILE, "Edit": _EDIT, "Clip": _CLIP, "Go": _GO, "Help": _HELP}
ROWS = tuple(replace(row, menu=menu) for menu, rows in _OF.items() for row in rows)
# What the mouse does, which no action says.
MOUSE = (
    ("Drag the ends of a clip", "Trim it; it snaps to cuts"),
    ("Drag a clip", "Move it"),
    ("Double click", "Make a clip there, of a refusal too"),
    ("Pointer on a clip", "Play it"),
    ("Drag on the shots", "Move the playhead"),
    ("Wheel", "Zoom at the pointer"),
    ("Shift+Wheel, middle button", "Scroll"),
)
COLUMNS = (
    (("File", "Edit", "Mouse"), ("Clip", "Help"), ("Go",)),
    (("File", "Clip", "Edit"), ("Go", "Mouse", "Help")),
)
