"""The actions of annotating: objects, tools, runs, and going through frames."""

from __future__ import annotations

from vosgui.ui.actions.row import ActionRow, When

OBJECT = (
    ActionRow(
        "new_object", "New Object", ("Ctrl+N",), "Object", "commands.new_object",
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
        "remove_object", "Remove Object", (), "Object", "commands.remove_object",
        "Remove the object with all its masks", "remove", When.OBJECT,
    ),
    ActionRow(
        "next_object", "Next Object", ("Tab",), "Object", "commands.step_object",
        "Make the next object current", when=When.OBJECT, arguments=(1,), starts_group=True,
    ),
    ActionRow(
        "previous_object", "Previous Object", ("Shift+Tab",), "Object",
        "commands.step_object", "Make the object before current", when=When.OBJECT,
        arguments=(-1,),
    ),
    ActionRow(
        "hide_object", "Hide or Show Object", ("Shift+H",), "Object",
        "commands.toggle_visible", "Hide the object's masks, or show them", "eye",
        When.OBJECT, starts_group=True,
    ),
    ActionRow(
        "lock_object", "Lock or Unlock Object", ("Shift+L",), "Object",
        "commands.toggle_locked", "Keep tools and runs off the object", "lock", When.OBJECT,
    ),
    ActionRow(
        "absent", "Mark Absent", ("A",), "Object", "commands.mark_absent",
        "Say that the object cannot be seen in this frame", "absent", When.OBJECT,
    ),
    *(
        ActionRow(
            f"object_{n}", f"Object {n}", (str(n),), "", "commands.select_object",
            f"Make object {n} of the list current", arguments=(n,),
        )
        for n in range(1, 10)
    ),
)  # fmt: skip

TOOLS = (
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
        "view.toggle", "Let tools take pixels of other unlocked objects", "paint-over",
        arguments=("paint_over",), flag="paint_over",
    ),
)  # fmt: skip

RUN = (
    ActionRow(
        "run_forward", "Propagate Forward", ("F",), "Run", "runs.start",
        "Carry the ticked objects forward from this frame", "propagate-forward", When.IDLE,
        arguments=("forward",),
    ),
    ActionRow(
        "run_backward", "Propagate Backward", ("Shift+F",), "Run", "runs.start",
        "Carry the ticked objects backward from this frame", "propagate-backward", When.IDLE,
        arguments=("backward",),
    ),
    ActionRow(
        "run_both", "Propagate Both Ways", ("Ctrl+F",), "Run", "runs.start",
        "Carry the ticked objects both ways from this frame", "propagate-both", When.IDLE,
        arguments=("both",),
    ),
    ActionRow(
        "run_bidirectional", "Propagate Between Keyframes", ("Ctrl+Shift+F",), "Run", "runs.start",
        "Carry the ticked objects from all their keyframes; between two, blend what comes from "
        "both", "propagate-between", When.IDLE, arguments=("bidirectional",),
    ),
    ActionRow(
        "stop", "Stop the Run", ("Esc",), "Run", "window.stop",
        "Stop at the next frame and keep what there is; stop fine-tuning, or saving a copy", "stop",
        When.RUNNING,
    ),
    ActionRow(
        "reinitialise", "Re-initialise Object Here", ("I",), "Run", "commands.reinitialise",
        "Take the object's mask here as given and start it anew from it", "reinitialise",
        When.OBJECT, starts_group=True,
    ),
    ActionRow(
        "finetune", "Fine-tune to This Clip", ("Ctrl+T",), "Run", "finetuning.start",
        "Let the network learn the clip from all given masks; kept with the project only if masks "
        "are carried clearly better with it, and used by the next runs", "finetune",
        When.IDLE,
        starts_group=True,
    ),
    ActionRow(
        "forget_finetuned", "Forget What Was Learned of This Clip", (), "Run", "finetuning.forget",
        "Let runs use the model as it came", "remove", When.IDLE,
    ),
)  # fmt: skip

FRAMES = (
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
        "next_look", "Next Frame That Needs Review", ("N",), "Review", "navigation.step_review",
        "Go to the next frame that is stale, uncertain, lost or without a mask on the grid",
        arguments=(1,), starts_group=True,
    ),
    ActionRow(
        "previous_look", "Previous Frame That Needs Review", ("Shift+N",), "Review",
        "navigation.step_review",
        "Go to the frame before that is stale, uncertain, lost or without a mask on the grid",
        arguments=(-1,),
    ),
    ActionRow(
        "verify", "Verify Frame", ("V", "Return", "Enter"), "Review", "commands.verify",
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
