"""File names that are no list are an issue of their video, and end no check of its tracks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vosgui.core.issues import Severity
from vosgui.datasets.validate import validate
from vosgui.files.fault_log import fault_log


@pytest.mark.parametrize("names", [7, 2.5, True, "x", {"a": 1}])
def test_they_are_named(tmp_path: Path, names: object) -> None:
    video = {"id": 1, "width": 8, "height": 8, "length": 1, "file_names": names}
    track = {"id": 1, "video_id": 1, "category_id": 1, "iscrowd": 0, "segmentations": [None]}
    track |= {"areas": [None], "bboxes": [None], "width": 8, "height": 8, "length": 1}
    content = {"videos": [video], "annotations": [track], "categories": [{"id": 1, "name": "x"}]}
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(content))
    issues = validate(file, "youtube-vis", 1).issues
    assert any("file_names" in one.text and one.severity == Severity.ERROR for one in issues)
    assert not fault_log().exists()
