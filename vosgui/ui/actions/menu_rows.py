"""The actions on files, edits, view and help."""

from __future__ import annotations

from vosgui.ui.actions.row import ActionRow, When

FILE = (
    ActionRow(
        "open_clip", "Open Clip…", ("Ctrl+O",), "File", "questions.clip",
        "Open a video file or a folder of images", "open", When.ALWAYS,
    ),
    ActionRow(
        "open_folder", "Open Folder of Images…", ("Ctrl+Alt+O",), "File", "questions.folder",
        "Open a folder of images as one clip", "", When.ALWAYS,
    ),
    ActionRow(
        "open_project", "Open Project…", ("Ctrl+Shift+O",), "File", "questions.project",
        "Open a .vosgui project with its clips and their history", "project", When.ALWAYS,
    ),
    ActionRow(
        "open_demo", "Open the Demo Clip", (), "File", "demo.open",
        "Open the clip that comes with the program, its first frame painted", "", When.ALWAYS,
    ),
    ActionRow(
        "add_clip", "Add Clip to Project…", (), "File", "questions.added_clip",
        "Add one more clip to the open project", "add", starts_group=True,
    ),
    ActionRow(
        "save_as", "Save Project As…", ("Ctrl+Shift+S",), "File", "questions.save_as",
        "Keep a copy of the project, with its history, under another name", "save",
    ),
    ActionRow(
        "import", "Import Masks or Dataset…", ("Ctrl+I",), "File", "dialogs.show_import",
        "Add masks to this clip, or the clips of a dataset to the project", "", When.ALWAYS,
        starts_group=True,
    ),
    ActionRow(
        "export", "Export…", ("Ctrl+E",), "File", "dialogs.show_export",
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

EDIT = (
    ActionRow(
        "undo", "Undo", ("Ctrl+Z",), "Edit", "commands.undo",
        "Take back the last edit; a whole run is one edit", "undo", When.UNDO,
    ),
    ActionRow(
        "redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Edit", "commands.redo",
        "Do the last undone edit again", "redo", When.REDO,
    ),
    ActionRow(
        "copy_previous", "Copy Mask from Previous Grid Frame", ("Ctrl+P",), "Edit",
        "commands.copy_from_grid", "Copy the object's mask from the grid frame before",
        when=When.OBJECT, arguments=(-1,), starts_group=True,
    ),
    ActionRow(
        "copy_next", "Copy Mask from Next Grid Frame", ("Ctrl+Shift+P",), "Edit",
        "commands.copy_from_grid", "Copy the object's mask from the grid frame after",
        when=When.OBJECT, arguments=(1,),
    ),
    ActionRow(
        "delete_here", "Delete Mask in This Frame", ("Delete",), "Edit",
        "commands.delete_here", "Forget the object in this frame, given or not",
        when=When.OBJECT, starts_group=True,
    ),
    ActionRow(
        "delete_in_range", "Delete Masks in Range", ("Ctrl+Delete",), "Edit",
        "commands.delete_in_range", "Forget the object in all frames of the range",
        when=When.OBJECT,
    ),
    ActionRow(
        "shortcuts", "Keyboard Shortcuts…", (), "Edit", "dialogs.show_shortcuts",
        "Change the keys of any action", "", When.ALWAYS, starts_group=True,
    ),
)  # fmt: skip

VIEW = (
    ActionRow(
        "zoom_fit", "Zoom to Fit", ("0",), "View", "canvas.zoom_to_fit",
        "Show the whole frame", "zoom-fit",
    ),
    ActionRow(
        "zoom_100", "Zoom to 100 %", ("Ctrl+1",), "View", "canvas.zoom_100",
        "Show one image pixel as one screen pixel", "zoom-100",
    ),
    ActionRow(
        "opacity_down", "Masks More Transparent", (",",), "View", "view.change_opacity",
        "Show more of the frame under the masks", arguments=(-1,), starts_group=True,
    ),
    ActionRow(
        "opacity_up", "Masks More Opaque", (".",), "View", "view.change_opacity",
        "Show less of the frame under the masks", arguments=(1,),
    ),
    ActionRow(
        "outline", "Outline Only", ("O",), "View", "view.toggle",
        "Show the masks' edges without their fill", "outline", arguments=("outline_only",),
        flag="outline_only",
    ),
    ActionRow(
        "hide_masks", "Hide Masks While Held", ("H",), "View", "view.toggle",
        "Show the frame alone as long as the key is down", "eye-off",
        arguments=("masks_hidden",), held="hold",
    ),
    ActionRow(
        "compare", "Compare with Reference…", (), "View", "questions.reference",
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

HELP = (
    ActionRow(
        "command_palette", "Command Palette…", ("Ctrl+K",), "Help", "dialogs.show_palette",
        "Find any action by its name", "", When.ALWAYS,
    ),
    ActionRow(
        "cheat_sheet", "Keys", ("F1", "?"), "Help", "dialogs.show_cheat_sheet",
        "Show all keys on one page", "", When.ALWAYS,
    ),
    ActionRow(
        "about", "About vosgui", (), "Help", "dialogs.show_about",
        "Say which version this is", "app", When.ALWAYS, starts_group=True,
    ),
)  # fmt: skip
