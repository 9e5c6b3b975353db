"""The table of actions. Menus, toolbars, shortcuts, palette and cheat sheet are made from it."""

from __future__ import annotations

from dataclasses import replace

from vosgui.ui.actions.clip_rows import CLIP_ROWS
from vosgui.ui.actions.row import ActionRow, When
from vosgui.ui.actions.row import action_row as _row
from vosgui.ui.tools.tool import Tool

CLIP, ALWAYS, OBJECT, IDLE = When.CLIP, When.ALWAYS, When.OBJECT, When.IDLE


_FILE = (
    _row("open_clip", "Open Clip…", "Ctrl+O", "questions.clip",
         "Open a video file as a clip", "open", ALWAYS),
    _row("open_folder", "Open Folder of Images…", "Ctrl+Alt+O", "questions.folder",
         "Open a folder of images as one clip", "", ALWAYS),
    _row("open_project", "Open Project…", "Ctrl+Shift+O", "questions.project",
         "Open a .vosgui project with its clips and their history", "project", ALWAYS),
    _row("prepare", "Prepare Long Videos…", "Ctrl+L", "prepare.show",
         "Find shots in long videos and cut clips from them", "", ALWAYS),
    _row("open_demo", "Open the Demo Clip", "", "demo.open",
         "Open the clip that comes with the program, its first frame painted", "", ALWAYS),
    _row("add_clip", "Add Clip to Project…", "", "questions.added_clip",
         "Add one more clip to the open project", "add", starts_group=True),
    _row("add_files", "Add Videos to Project…", "", "questions.added_files",
         "Add many video files to the open project; work goes on meanwhile"),
    _row("add_tree", "Add All Clips in a Folder…", "", "questions.added_tree",
         "Add every video and every folder of images in a folder and its subfolders to the open "
         "project; work goes on meanwhile"),
    _row("save", "Save", "Ctrl+S", "window.save",
         "Say where all is saved: every edit is, as soon as it is made"),
    _row("save_as", "Save Project As…", "Ctrl+Shift+S", "questions.save_as",
         "Save a copy of the project, with its history, and go on in the copy", "save"),
    _row("import", "Import Masks or Dataset…", "Ctrl+I", "dialogs.show_import",
         "Add masks to this clip, or the clips of a dataset to the project", "", ALWAYS,
         starts_group=True),
    _row("export", "Export…", "Ctrl+E", "dialogs.show_export",
         "Check the annotation and write it in a format of your choice", "export", IDLE),
    _row("close_clip", "Close", "Ctrl+W", "opener.close",
         "Close the clip; everything is saved already", starts_group=True),
    _row("quit", "Quit", "Ctrl+Q", "window.close",
         "Close the window; everything is saved already", "", ALWAYS),
)  # fmt: skip

_EDIT = (
    _row("undo", "Undo", "Ctrl+Z", "commands.undo",
         "Undo the last edit; a whole run is one edit", "undo", When.UNDO),
    _row("redo", "Redo", "Ctrl+Shift+Z Ctrl+Y", "commands.redo",
         "Redo the edit that was undone last", "redo", When.REDO),
    _row("cut_mask", "Cut Mask", "Ctrl+X", "clipboard.cut",
         "Copy the object's mask in this frame and delete it there", "", OBJECT,
         starts_group=True),
    _row("copy_mask", "Copy Mask", "Ctrl+C", "clipboard.copy",
         "Copy the object's mask in this frame, to paste it in any frame of any clip", "", OBJECT),
    _row("paste_mask", "Paste Mask", "Ctrl+V", "clipboard.paste",
         "Give the copied mask to the current object in this frame"),
    _row("copy_previous", "Copy Mask from Previous Grid Frame", "Ctrl+P",
         "commands.copy_from_grid", "Copy the object's mask from the previous grid frame", "",
         OBJECT, -1, starts_group=True),
    _row("copy_next", "Copy Mask from Next Grid Frame", "Ctrl+Shift+P",
         "commands.copy_from_grid", "Copy the object's mask from the next grid frame", "",
         OBJECT, 1),
    _row("delete_here", "Delete Mask in This Frame", "Delete", "commands.delete_here",
         "Delete the object's mask in this frame, whether drawn or propagated", "", OBJECT,
         starts_group=True),
    _row("delete_until", "Delete Masks Until Given Again", "Shift+Delete", "spans.delete",
         "Delete the object's masks from here up to its next keyframe", "", OBJECT, "until"),
    _row("delete_in_range", "Delete Masks in Range", "Ctrl+Delete", "spans.delete",
         "Delete the object's masks in all frames of the range", "", OBJECT, "range"),
    _row("refine", "Refine Mask…", "R", "dialogs.show_refine",
         "Grow, shrink or smooth the object's mask, fill its holes, drop its specks or snap it to "
         "the image's edge, in this frame, in the range or in all frames", "", OBJECT),
    _row("shortcuts", "Keyboard Shortcuts…", "", "dialogs.show_shortcuts",
         "Change the keys of any action", "", ALWAYS, starts_group=True),
)  # fmt: skip

_VIEW = (
    _row("zoom_in", "Zoom In", "+ =", "canvas.zoom_steps", "Show the frame larger", "", CLIP, 1),
    _row("zoom_out", "Zoom Out", "-", "canvas.zoom_steps", "Show the frame smaller", "", CLIP, -1),
    _row("zoom_fit", "Zoom to Fit", "0", "canvas.zoom_to_fit", "Show the whole frame", "zoom-fit"),
    _row("zoom_100", "Zoom to 100 %", "Ctrl+1", "canvas.zoom_100",
         "Show one image pixel as one screen pixel", "zoom-100"),
    _row("opacity_down", "Masks More Transparent", ",", "canvas.change_opacity",
         "Show more of the frame under the masks", "", CLIP, -1, starts_group=True),
    _row("opacity_up", "Masks More Opaque", ".", "canvas.change_opacity",
         "Show less of the frame under the masks", "", CLIP, 1),
    _row("outline", "Outline Only", "O", "canvas.toggle", "Show only the outlines of the masks",
         "outline", CLIP, "outline_only", flag="outline_only"),
    _row("hide_masks", "Hide Masks While Held", "H", "canvas.toggle",
         "Show the frame without masks as long as the key is held", "eye-off", CLIP,
         "masks_hidden", held="hold"),
    _row("onion_skin", "Onion Skin", "S", "canvas.toggle",
         "Show the masks of the frames before (whole lines) and after (dashed) over this one: of "
         "each object the nearest there is", "onion-skin", CLIP, "onion", flag="onion",
         starts_group=True),
    _row("beside", "Previous Grid Frame Beside", "T", "canvas.toggle",
         "Show the grid frame before this one with its masks beside it, at the same place and zoom",
         "beside", CLIP, "beside", flag="beside"),
    _row("magnifier", "Magnifier", "Z", "canvas.toggle",
         "Show the pixels around the pointer large, with a crosshair on the one under it",
         "magnifier", CLIP, "magnifier", flag="magnifier"),
    _row("brighter", "Brighter", "Alt+Up", "canvas.change_light",
         "Show frames brighter; nothing else sees them so", "", CLIP, "brightness", 1,
         starts_group=True),
    _row("darker", "Darker", "Alt+Down", "canvas.change_light",
         "Show frames darker; nothing else sees them so", "", CLIP, "brightness", -1),
    _row("more_contrast", "More Contrast", "Alt+Right", "canvas.change_light",
         "Show frames with more contrast; nothing else sees them so", "", CLIP, "contrast", 1),
    _row("less_contrast", "Less Contrast", "Alt+Left", "canvas.change_light",
         "Show frames with less contrast; nothing else sees them so", "", CLIP, "contrast", -1),
    _row("reset_light", "Light as It Is", "Alt+0", "canvas.reset_light",
         "Show frames as they are: no change of brightness or contrast"),
    _row("view_options", "Light and Onion Skin…", "U", "dialogs.show_view_options",
         "Set brightness and contrast of the view, the onion skin and the magnifier", "light"),
    _row("compare", "Compare with Reference…", "", "questions.reference",
         "Show J and F against reference masks on the timeline", starts_group=True),
    _row("stop_comparing", "Remove Reference", "", "reference.remove",
         "Stop comparing with the reference"),
    _row("panel_objects", "Objects Panel", "Alt+1", "window.toggle_panel",
         "Fold the panel of objects away, or show it", "", CLIP, "Objects", starts_group=True),
    _row("panel_expressions", "Expressions Panel", "Alt+2", "window.toggle_panel",
         "Fold the panel of expressions away, or show it", "", CLIP, "Expressions"),
    _row("panel_run", "Run Panel", "Alt+3", "window.toggle_panel",
         "Fold the panel of runs away, or show it", "", CLIP, "Run"),
    _row("panel_run_settings", "Settings of Runs", "Alt+4", "window.toggle_panel",
         "Fold model, device and other settings of runs away, or show them", "", CLIP,
         "Settings of runs"),
    _row("panel_review", "Review Panel", "Alt+5", "window.toggle_panel",
         "Fold the panel of what needs review away, or show it", "", CLIP, "Review"),
    _row("panel_clips", "Clip List", "Alt+6", "window.toggle_panel",
         "Fold the list of clips away, or show it", "", CLIP, "Clips"),
    _row("panel_timeline", "Timeline", "Alt+7", "window.toggle_panel",
         "Fold the timeline away, or show it; the bar above it stays", "", CLIP, "Timeline"),
    _row("frame_memory", "Memory for Frames…", "", "dialogs.show_frame_memory",
         "Bound how much the frames may take that are kept to be shown again", "", ALWAYS),
    _row("scheme_system", "Colours of the System", "", "window.set_scheme",
         "Use dark or light colours as the system does", "", ALWAYS, "system", choice="scheme",
         starts_group=True),
    _row("scheme_dark", "Dark", "", "window.set_scheme", "Use dark colours", "", ALWAYS, "dark",
         choice="scheme"),
    _row("scheme_light", "Light", "", "window.set_scheme", "Use light colours", "", ALWAYS,
         "light", choice="scheme"),
)  # fmt: skip

_OBJECT = (
    _row("new_object", "New Object", "Ctrl+N", "commands.new_object",
         "Add an object and make it current", "add"),
    _row("rename_object", "Rename Object", "F2", "objects.rename",
         "Change the object's name", "", OBJECT),
    _row("set_category", "Set Category", "F3", "objects.set_category",
         "Type the object's category: Return takes the first that fits, Tab goes on to the next "
         "object", "", OBJECT),
    _row("set_colour", "Set Colour…", "F4", "objects.set_colour",
         "Choose the object's colour", "", OBJECT),
    _row("write_expression", "Write Expression", "Shift+F2", "expressions.begin",
         "Write a sentence that refers to this object alone", "", OBJECT),
    _row("remove_object", "Remove Object", "", "commands.remove_object",
         "Remove the object with all its masks", "remove", OBJECT),
    _row("next_object", "Next Object", "Tab", "commands.step_object",
         "Make the next object current", "", OBJECT, 1, starts_group=True),
    _row("previous_object", "Previous Object", "Shift+Tab", "commands.step_object",
         "Make the previous object current", "", OBJECT, -1),
    _row("hide_object", "Hide or Show Object", "Shift+H", "commands.toggle",
         "Hide the object's masks, or show them", "eye", OBJECT, "visible", starts_group=True),
    _row("lock_object", "Lock or Unlock Object", "Shift+L", "commands.toggle",
         "Keep tools and runs from changing the object, or let them", "lock", OBJECT, "locked"),
    _row("tick_object", "Tick or Untick Object to Run", "Shift+T", "commands.toggle",
         "Let runs propagate the object, or leave it out", "", OBJECT, "runs"),
    _row("absent", "Mark Absent", "A", "commands.mark_absent",
         "Mark the object as not visible in this frame", "absent", OBJECT, starts_group=True),
    _row("absent_until", "Mark Absent Until Given Again", "Shift+A", "spans.mark_absent",
         "Mark the object as not visible from here up to its next keyframe", "", OBJECT, "until"),
    _row("absent_in_range", "Mark Absent in Range", "", "spans.mark_absent",
         "Mark the object as not visible in the range; what is given there stays", "", OBJECT,
         "range"),
    _row("solo", "Show Object Alone", "Ctrl+Shift+H", "identities.solo",
         "Hide all other objects; where they are hidden, show all", "", OBJECT, starts_group=True),
    _row("tick_all", "Tick All to Run", "", "identities.tick", "Let runs carry all objects", "",
         OBJECT, "all"),
    _row("tick_none", "Tick None to Run", "", "identities.tick", "Let runs carry no object", "",
         OBJECT, "none"),
    _row("move_up", "Move Object Up", "Ctrl+Up", "identities.move",
         "Move the object up the list; exports keep ids, not the order", "", OBJECT, -1),
    _row("move_down", "Move Object Down", "Ctrl+Down", "identities.move",
         "Move the object down the list; exports keep ids, not the order", "", OBJECT, 1),
    _row("swap_objects", "Swap with Another Object from Here On…", "", "identities.swap",
         "Exchange the masks of two objects from this frame to the end", "", OBJECT,
         starts_group=True),
    _row("merge_objects", "Merge Another Object into This…", "", "identities.merge",
         "Let the object take all masks of another one, which goes", "", OBJECT),
    _row("split_object", "Split Object from Here On", "", "identities.split",
         "Make the object another one from this frame to the end", "", OBJECT),
    _row("change_id", "Change Id…", "", "identities.change_id",
         "Give the object another id, the value that masks have", "", OBJECT),
)  # fmt: skip

_OBJECT_KEYS = tuple(
    _row(f"object_{n}", f"Object {n}", str(n), "commands.select_object",
         f"Make object {n} of the list current", "", CLIP, n)
    for n in range(1, 10)
)  # fmt: skip

_TOOLS = (
    _row("swap_tool", "Swap Paint and Erase", "X", "tools.swap",
         "Switch between the eraser and the tool in hand before it", starts_group=True),
    _row("brush_smaller", "Smaller Brush", "[", "tools.resize",
         "Make brush or eraser smaller; each keeps its own size", "", CLIP, -1),
    _row("brush_larger", "Larger Brush", "]", "tools.resize",
         "Make brush or eraser larger; each keeps its own size", "", CLIP, 1),
    _row("paint_over", "Paint Over Other Objects", "Shift+O", "canvas.toggle",
         "Let tools take pixels of other unlocked objects", "paint-over", CLIP, "paint_over",
         flag="paint_over"),
)  # fmt: skip

_RUN = (
    _row("run_forward", "Propagate Forward", "F", "runs.start",
         "Propagate the ticked objects forward from this frame", "propagate-forward", IDLE,
         "forward"),
    _row("run_backward", "Propagate Backward", "Shift+F", "runs.start",
         "Propagate the ticked objects backward from this frame", "propagate-backward", IDLE,
         "backward"),
    _row("run_both", "Propagate Both Ways", "Ctrl+F", "runs.start",
         "Propagate the ticked objects both ways from this frame", "propagate-both", IDLE, "both"),
    _row("run_bidirectional", "Propagate Between Keyframes", "Ctrl+Shift+F", "runs.start",
         "Propagate the ticked objects from all their keyframes; between two keyframes, blend "
         "what comes from both", "propagate-between", IDLE, "bidirectional"),
    _row("stop", "Stop the Run", "Esc", "window.stop",
         "Stop at the next frame and keep what there is; stop fine-tuning, or saving a copy",
         "stop", When.RUNNING),
    _row("reinitialise", "Re-initialise Object Here", "I", "commands.reinitialise",
         "Take the object's mask in this frame as given, and let runs start anew from it",
         "reinitialise", OBJECT, starts_group=True),
    _row("finetune", "Fine-tune to This Clip", "Ctrl+T", "finetuning.start",
         "Let the network learn the clip from all given masks; kept with the project only if "
         "masks are carried clearly better with it, and used by the next runs", "finetune", IDLE,
         starts_group=True),
    _row("forget_finetuned", "Forget What Was Learned of This Clip", "", "finetuning.forget",
         "Let runs use the model as it came", "remove", IDLE),
)  # fmt: skip

_REVIEW = (
    _row("play", "Play, Pause", "Space", "playback.toggle",
         "Play from here at the clip's frame rate; press again to pause", "play", held="tap"),
    _row("previous_frame", "Previous Frame", "Left", "navigation.step",
         "Go to the previous frame", "previous", CLIP, -1, starts_group=True),
    _row("next_frame", "Next Frame", "Right", "navigation.step",
         "Go to the next frame", "next", CLIP, 1),
    _row("previous_grid", "Previous Grid Frame", "Shift+Left", "navigation.step_grid",
         "Go to the previous frame of the grid", "", CLIP, -1),
    _row("next_grid", "Next Grid Frame", "Shift+Right", "navigation.step_grid",
         "Go to the next frame of the grid", "", CLIP, 1),
    _row("previous_keyframe", "Previous Keyframe", "PgUp", "navigation.step_keyframe",
         "Go to the previous frame in which the object is given", "", CLIP, -1),
    _row("next_keyframe", "Next Keyframe", "PgDown", "navigation.step_keyframe",
         "Go to the next frame in which the object is given", "", CLIP, 1),
    _row("first_frame", "First Frame", "Home", "navigation.first", "Go to the first frame",
         "first"),
    _row("last_frame", "Last Frame", "End", "navigation.last", "Go to the last frame", "last"),
    _row("next_review", "Next Stretch That Needs Review", "N", "review.step",
         "Go to the next frames that are lost, uncertain, stale, look wrong in their shape, or "
         "have no mask on the grid, and say why", "", CLIP, 1, starts_group=True),
    _row("previous_review", "Previous Stretch That Needs Review", "Shift+N", "review.step",
         "Go back to the frames before that need a look, and say why", "", CLIP, -1),
    _row("verify", "Verify Frame", "V Return Enter", "commands.verify",
         "Mark the shown objects as right in this frame, and go to the next grid frame", "verify"),
    _row("verify_until", "Verify Object Until Given Again", "Shift+V", "spans.verify",
         "Mark the object's masks as right from here up to its next keyframe", "", OBJECT, "until"),
    _row("verify_in_range", "Verify Object in Range", "Ctrl+Shift+V", "spans.verify",
         "Mark the object's masks as right in the range: runs keep off them", "", OBJECT, "range"),
    _row("comment", "Comment…", "Ctrl+M", "notes.comment",
         "Write a comment on the frame shown, or on the range where that is a part of the clip", "",
         CLIP, starts_group=True),
    _row("accept", "Accept Frames", "Ctrl+Shift+Y", "notes.accept",
         "Say that another person's work on this frame, or the range, is right"),
    _row("reject", "Reject Frames…", "Ctrl+Shift+N", "notes.reject",
         "Say why this frame, or the range, is to be done again; N leads there"),
    _row("comments", "Comments…", "Ctrl+Shift+M", "dialogs.show_notes",
         "List comments, and what was accepted and rejected"),
    _row("edits", "Edits…", "", "dialogs.show_edits",
         "List who did what in this project, and when; save it as CSV"),
    _row("effort", "Effort…", "", "dialogs.show_effort",
         "Show how much time and work each clip and object has taken; save it as CSV"),
    _row("your_name", "Your Name…", "", "notes.ask_person",
         "Say who works here: the project keeps it with every edit", "", ALWAYS),
    _row("range_start", "Range Starts Here", "Ctrl+[", "navigation.start_range",
         "Limit runs and deletions to the frames from here on", starts_group=True),
    _row("range_end", "Range Ends Here", "Ctrl+]", "navigation.end_range",
         "Limit runs and deletions to the frames up to here"),
    _row("set_stride", "Set Grid", "Ctrl+G", "window.type_stride",
         "Type every how many frames a person annotates"),
    _row("range_all", "Range Is the Whole Clip", "Ctrl+\\", "navigation.whole_range",
         "Let runs and deletions go through the whole clip"),
)  # fmt: skip

_HELP = (
    _row("command_palette", "Command Palette…", "Ctrl+K", "dialogs.show_palette",
         "Find any action by its name", "", ALWAYS),
    _row("cheat_sheet", "Keys", "F1 ?", "dialogs.show_cheat_sheet",
         "Show all keys on one page", "", ALWAYS),
    _row("about", "About vosgui", "", "dialogs.show_about",
         "Show the version of the program", "app", ALWAYS, starts_group=True),
)  # fmt: skip

_MENUS = {
    "File": _FILE, "Edit": _EDIT, "View": _VIEW, "Object": _OBJECT, "": _OBJECT_KEYS,
    "Tools": _TOOLS, "Run": _RUN, "Review": _REVIEW, "Clips": CLIP_ROWS, "Help": _HELP,
}  # fmt: skip
ROWS = tuple(replace(row, menu=menu) for menu, rows in _MENUS.items() for row in rows)


def tool_row(tool: Tool) -> ActionRow:
    """Return the row of a tool."""
    row = _row(f"tool_{tool.name}", tool.title, tool.key, "tools.select", tool.hint, tool.icon,
               CLIP, tool.name, choice="tool")  # fmt: skip
    return replace(row, menu="Tools")


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
        "run_forward": ("Ctrl+Alt+F",),
    },
}
