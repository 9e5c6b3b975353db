"""The actions on the clips of a project, and on the queue of runs."""

from __future__ import annotations

from vosgui.ui.actions.row import When
from vosgui.ui.actions.row import action_row as _row

CLIP = When.CLIP

CLIP_ROWS = (
    _row("clip_list", "Go to the List of Clips", "F6", "clip_list.focus",
         "Give the keys to the list of clips: arrows, Space to tick, Return to open, F2, Delete, "
         "Ctrl+Z; Esc gives them back"),
    _row("find_clip", "Find Clips", "F7", "clip_list.search",
         "Type words of names, assignees or folders: only those clips are shown"),
    _row("previous_clip", "Previous Clip", "Ctrl+PgUp", "clips.step",
         "Open the clip before this one in the list", "", CLIP, -1, starts_group=True),
    _row("next_clip", "Next Clip", "Ctrl+PgDown", "clips.step",
         "Open the clip after this one in the list", "", CLIP, 1),
    _row("open_chosen", "Open This Clip", "", "clips.open",
         "Open the clip that is chosen in the list"),
    _row("rename_clip", "Rename Clip…", "", "clips.rename",
         "Type another name for the clip; exports use it", starts_group=True),
    _row("assign_clips", "Assign Clips…", "", "clips.assign",
         "Say who is to work on the clips that are chosen in the list"),
    _row("tick_clips", "Tick or Untick Clips", "", "clips.tick",
         "Tick the clips that are chosen in the list, or take their ticks away"),
    _row("tick_all_clips", "Tick All Clips Shown", "", "clips.tick_all",
         "Tick all clips that the list shows now", "", CLIP, "all"),
    _row("untick_clips", "Untick All Clips", "", "clips.tick_all",
         "Take the ticks of all clips away", "", CLIP, "none"),
    _row("run_chosen_forward", "Run Clips in Background", "", "clips.run",
         "Propagate forward in the clips that are chosen in the list, one after the other, while "
         "you go on with another", "propagate-forward", CLIP, "chosen", "forward",
         starts_group=True),
    _row("run_chosen_bidirectional", "Run Clips in Background, Between Keyframes", "", "clips.run",
         "Propagate between all keyframes of the clips that are chosen in the list",
         "propagate-between", CLIP, "chosen", "bidirectional"),
    _row("run_ticked_forward", "Run Ticked Clips", "Ctrl+Alt+R", "clips.run",
         "Propagate forward in all ticked clips, one after the other, in the background", "", CLIP,
         "ticked", "forward"),
    _row("run_ticked_both", "Run Ticked Clips Both Ways", "", "clips.run",
         "Propagate both ways from the first keyframe in all ticked clips", "", CLIP, "ticked",
         "both"),
    _row("run_ticked_bidirectional", "Run Ticked Clips Between Keyframes", "", "clips.run",
         "Propagate between all keyframes in all ticked clips", "", CLIP, "ticked",
         "bidirectional"),
    _row("queue_list", "Go to the Queue", "F8", "queue_panel.focus",
         "Give the keys to the queue of runs: Delete takes out, Ctrl+Up and Ctrl+Down move, Return "
         "opens the clip; Esc gives them back"),
    _row("queue_stop", "Hold the Queue", "", "queue.stop_all",
         "End the run at work, keep what it has carried, and begin no other", "stop"),
    _row("queue_go_on", "Go On with the Queue", "", "queue.go_on",
         "Begin what waits in the queue"),
    _row("remove_clips", "Remove Clips from Project", "", "clips.remove",
         "Take the clips off the list; no file is touched, all masks are kept, and it can be "
         "undone", "remove", starts_group=True),
    _row("put_back_clips", "Put Removed Clips Back", "", "clips.put_back",
         "Put clips that were removed back on the list, with all that was done"),
    _row("delete_clips", "Delete Removed Clips for Good…", "", "deleter.ask",
         "Delete the removed clips that are chosen from the project, masks and history and all; "
         "no image is ever touched"),
    _row("show_clip_folder", "Show Clip's Folder", "", "clips.show_folder",
         "Show where the clip's file lies in the system's own window"),
    _row("undo_clips", "Undo Change of the List", "", "clips.undo",
         "Take back the last name, assignee or removal of clips", starts_group=True),
    _row("redo_clips", "Redo Change of the List", "", "clips.redo",
         "Do the last change of the list again that was undone"),
)  # fmt: skip
