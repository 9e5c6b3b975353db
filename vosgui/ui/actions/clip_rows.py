"""The actions on the clips of a project, and on the queue of runs."""

from __future__ import annotations

from vosgui.ui.actions.row import When
from vosgui.ui.actions.row import action_row as _row

CLIP = When.CLIP

CLIP_ROWS = (
    _row("clip_list", "Go to the clip list", "F6", "clip_list.focus",
         "Give the keys to the list of clips: arrows, Space to tick, Return to open, F2, Delete, "
         "Ctrl+Z; Esc gives them back"),
    _row("find_clip", "Find clips", "F7", "clip_list.search",
         "Type words of names, assignees or folders: only those clips are shown"),
    _row("sort_clips", "Sort clips", "", "clip_list.sort",
         "Choose by what the clip list is sorted"),
    _row("previous_clip", "Previous clip", "Ctrl+PgUp", "clips.step",
         "Open the clip before this one in the list", "", CLIP, -1, starts_group=True),
    _row("next_clip", "Next clip", "Ctrl+PgDown", "clips.step",
         "Open the clip after this one in the list", "", CLIP, 1),
    _row("open_chosen", "Open this clip", "", "clips.open",
         "Open the clip that is chosen in the list"),
    _row("rename_clip", "Rename clip…", "", "clips.rename",
         "Type another name for the clip; exports use it", starts_group=True),
    _row("assign_clips", "Assign clips…", "", "clips.assign",
         "Say who is to work on the clips that are chosen in the list"),
    _row("tick_clips", "Tick or untick clips", "", "clips.tick",
         "Tick the clips that are chosen in the list, or take their ticks away"),
    _row("tick_all_clips", "Tick all clips shown", "", "clips.tick_all",
         "Tick all clips that the list shows now", "", CLIP, "all"),
    _row("untick_clips", "Untick all clips", "", "clips.tick_all",
         "Take the ticks of all clips away", "", CLIP, "none"),
    _row("run_chosen_forward", "Run clips in background", "", "clips.run",
         "Propagate forward in the clips that are chosen in the list, one after the other, while "
         "you go on with another", "propagate-forward", CLIP, "chosen", "forward",
         starts_group=True),
    _row("run_chosen_bidirectional", "Run clips in background, between keyframes", "", "clips.run",
         "Propagate between all keyframes of the clips that are chosen in the list",
         "propagate-between", CLIP, "chosen", "bidirectional"),
    _row("run_ticked_forward", "Run ticked clips", "Ctrl+Alt+R", "clips.run",
         "Propagate forward in all ticked clips, one after the other, in the background", "", CLIP,
         "ticked", "forward"),
    _row("run_ticked_both", "Run ticked clips both ways", "", "clips.run",
         "Propagate both ways from the first keyframe in all ticked clips", "", CLIP, "ticked",
         "both"),
    _row("run_ticked_bidirectional", "Run ticked clips between keyframes", "", "clips.run",
         "Propagate between all keyframes in all ticked clips", "", CLIP, "ticked",
         "bidirectional"),
    _row("queue_list", "Go to the queue", "F8", "queue_panel.focus",
         "Give the keys to the queue of runs: Delete takes out, Ctrl+Up and Ctrl+Down move, Return "
         "opens the clip; Esc gives them back", starts_group=True),
    _row("queue_stop", "Pause the queue", "", "queue.stop_all",
         "End the run at work, keep what it has carried, and begin no other", "stop"),
    _row("queue_go_on", "Resume the queue", "", "queue.go_on",
         "Begin what waits in the queue"),
    _row("queue_clear", "Clear what is over from the queue", "", "queue.clear",
         "Take out of the queue what is done, was ended or has failed"),
    _row("remove_clips", "Remove clips from project", "", "clips.remove",
         "Take the clips off the list; no file is touched, all masks are kept, and it can be "
         "undone", "remove", starts_group=True),
    _row("put_back_clips", "Put removed clips back", "", "clips.put_back",
         "Put clips that were removed back on the list, with all that was done"),
    _row("delete_clips", "Delete removed clips for good…", "", "deleter.ask",
         "Delete the removed clips that are chosen from the project, masks and history and all; "
         "no image is ever touched"),
    _row("show_clip_folder", "Show clip's folder", "", "clips.show_folder",
         "Show where the clip's file lies in the system's own window"),
    _row("undo_clips", "Undo change of the clip list", "", "clips.undo",
         "Take back the last name, assignee or removal of clips", starts_group=True),
    _row("redo_clips", "Redo change of the clip list", "", "clips.redo",
         "Do the last change of the list again that was undone"),
)  # fmt: skip
