"""Folders of images as clips, and single images as frames."""

from __future__ import annotations

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.media.video_factory import number_of, numbered_frame
from vosgui.errors import ClipError, TargetError
from vosgui.media.image_files import image_size, read_image, thumbnail, write_jpeg
from vosgui.media.images import list_images, natural_key
from vosgui.media.open_clip import open_clip

GRADIENT = np.add.outer(np.arange(20) * 5, np.arange(30) * 4).astype(np.uint8)


def save_numbered(folder: Path, names: list[str]) -> None:
    for number, name in enumerate(names):
        form = {"jpg": "JPEG", "tif": "TIFF"}.get(name.split(".")[-1].lower())
        Image.fromarray(numbered_frame(number, (48, 200))).save(folder / name, format=form)


def test_natural_order_and_names(tmp_path: Path) -> None:
    names = ["f1.jpg", "f2.png", "F3.JPG", "f10.jpeg", "f11.bmp", "f020.tif", "f100.tiff", "g.webp"]
    save_numbered(tmp_path, names)
    (tmp_path / "notes.txt").write_text("not an image")
    (tmp_path / ".f0.jpg").write_bytes(b"hidden")
    (tmp_path / "f0.png").mkdir()
    with open_clip(tmp_path) as clip:
        assert clip.info.frame_names == tuple(name.split(".")[0] for name in names)
        assert clip.info.name == tmp_path.name and clip.info.hw == (48, 200)
        assert [number_of(clip[t]) for t in range(8)] == list(range(8))
        assert [clip.source_file(t) for t in range(8)] == [tmp_path / name for name in names]
        assert np.allclose(clip.info.times_s, np.arange(8) / clip.info.rate)
        assert not clip[0].flags.writeable


def test_numbers_order_as_numbers() -> None:
    names = ["10", "9", "a10b2", "a10b1", "a9", "007", "7", "b", "A1", "²x"]
    key = natural_key
    assert sorted(names, key=key) == [
        "007",
        "7",
        "9",
        "10",
        "A1",
        "a9",
        "a10b1",
        "a10b2",
        "b",
        "²x",
    ]


def test_one_image_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    save_numbered(tmp_path, ["a.png", "b.png"])
    with open_clip(tmp_path / "b.png") as clip:
        assert len(clip) == 1 and clip.info.name == "b"
        assert number_of(clip[0]) == 1


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        *(("jpg", mode) for mode in ("RGB", "L", "1", "CMYK")),
        *(("png", mode) for mode in ("RGB", "L", "1", "P", "RGBA", "LA", "I;16")),
        *(("bmp", mode) for mode in ("RGB", "L", "1", "P", "RGBA")),
        *(("tif", mode) for mode in ("RGB", "L", "1", "P", "RGBA", "LA", "I;16", "CMYK")),
        *(("webp", mode) for mode in ("RGB", "RGBA")),
    ],
)
def test_every_mode_becomes_rgb(tmp_path: Path, mode: str, form: str) -> None:
    path = tmp_path / f"image.{form}"
    if mode == "I;16":
        image = Image.fromarray(GRADIENT.astype(np.uint16) * 256 + 77)
    elif mode == "P":
        image = Image.fromarray(255 - GRADIENT)
        image.putpalette([255 - i // 3 for i in range(768)])
    else:
        image = Image.fromarray(GRADIENT).convert("RGB").convert(mode)
    options = {"lossless": True} if form == "webp" else {}
    image.save(path, **options)
    frame = read_image(path)
    assert frame.shape == (20, 30, 3) and frame.dtype == np.uint8
    assert image_size(path) == (20, 30)
    if mode != "1" and form != "jpg" and (mode, form) != ("CMYK", "tif"):
        assert np.abs(frame.astype(int) - GRADIENT[..., None]).max() <= 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path: Path, orientation: int) -> None:
    image = Image.fromarray(np.repeat(GRADIENT[..., None], 3, axis=2))
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(tmp_path / "0.png", exif=exif)
    upright = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, -1),
        8: lambda a: np.rot90(a, 1),
    }
    frame = read_image(tmp_path / "0.png")
    if orientation != 7:
        assert np.array_equal(frame[..., 0], upright[orientation](GRADIENT))
    else:
        assert np.array_equal(frame[..., 0], GRADIENT[::-1, ::-1].T)
    assert frame.shape[:2] == image_size(tmp_path / "0.png")
    with open_clip(tmp_path) as clip:
        assert clip[0].shape[:2] == clip.info.hw == frame.shape[:2]
        # Copied untouched, the file would not fit its mask in readers that know no EXIF.
        assert (clip.source_file(0) is None) == (orientation > 1)
        assert len(clip.info.warnings) == (orientation > 1)


def test_different_sizes_name_both_files(tmp_path: Path) -> None:
    Image.new("RGB", (854, 480)).save(tmp_path / "00000.jpg")
    Image.new("RGB", (853, 480)).save(tmp_path / "00005.jpg")
    with pytest.raises(ClipError, match=r"00000\.jpg is 854x480, 00005\.jpg is 853x480"):
        open_clip(tmp_path)


def test_two_images_of_one_name(tmp_path: Path) -> None:
    save_numbered(tmp_path, ["00000.jpg", "00000.png"])
    with pytest.raises(ClipError, match=r"00000\.jpg and 00000\.png"):
        open_clip(tmp_path)


def test_folder_without_images(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(ClipError, match=f"{tmp_path.name} holds no images"):
        open_clip(tmp_path)
    assert list_images(tmp_path) == []


def test_a_broken_image_is_named(tmp_path: Path) -> None:
    save_numbered(tmp_path, ["0.jpg", "1.jpg"])
    data = (tmp_path / "1.jpg").read_bytes()
    (tmp_path / "1.jpg").write_bytes(data[: len(data) // 2])
    with open_clip(tmp_path) as clip:
        assert number_of(clip[0]) == 0
        with pytest.raises(ClipError, match=r"1\.jpg cannot be read"):
            clip[1]
    for broken in (b"", b"not an image"):
        (tmp_path / "1.jpg").write_bytes(broken)
        with pytest.raises(ClipError, match=r"1\.jpg cannot be read") as caught:
            open_clip(tmp_path)
        assert "_io" not in str(caught.value)  # nor what only a programmer knows


def test_values_of_no_picture(tmp_path: Path) -> None:
    Image.fromarray(np.ones((4, 4), np.float32)).save(tmp_path / "f.tif")
    with pytest.raises(ClipError, match="floating-point"):
        read_image(tmp_path / "f.tif")
    Image.fromarray(np.full((4, 4), 1 << 20, np.int32)).save(tmp_path / "i.tif")
    with pytest.raises(ClipError, match="32-bit"):
        read_image(tmp_path / "i.tif")


def test_a_changed_image_and_a_gone_one(tmp_path: Path) -> None:
    save_numbered(tmp_path, ["0.png", "1.png"])
    with open_clip(tmp_path) as clip:
        Image.new("RGB", (9, 9)).save(tmp_path / "1.png")
        with pytest.raises(ClipError, match=r"1\.png has changed"):
            clip[1]
        (tmp_path / "1.png").unlink()
        with pytest.raises(ClipError, match=r"no image .*1\.png"):
            clip[1]


def test_closed_and_outside(tmp_path: Path) -> None:
    save_numbered(tmp_path, ["0.png", "1.png"])
    clip = open_clip(tmp_path)
    second = clip.reopen()
    for t in (-1, 2):
        with pytest.raises(IndexError):
            clip[t]
        with pytest.raises(IndexError):
            clip.source_file(t)
    clip.close()
    with pytest.raises(ClipError, match="is closed"):
        clip[0]
    assert number_of(second[1]) == 1


def test_a_reader_that_goes_through_once_keeps_no_frame(tmp_path: Path) -> None:
    save_numbered(tmp_path, [f"{i}.png" for i in range(3)])
    with open_clip(tmp_path, once=True) as clip:
        for t in range(3):
            assert number_of(clip[t]) == t
            assert not clip[t].flags.writeable
        assert len(clip._cache) == 0
        with clip.reopen() as other, other.reopen(once=True) as again:
            assert other[1] is other[1]
            assert again[1] is not again[1]


def test_the_cache_is_bounded(tmp_path: Path) -> None:
    save_numbered(tmp_path, [f"{i}.png" for i in range(6)])
    n_bytes = 48 * 200 * 3
    with open_clip(tmp_path, cache_bytes=2 * n_bytes) as clip:
        for t in (0, 1, 2, 3, 4, 5, 4, 5):
            clip[t]
        assert clip[5] is clip[5]
        assert clip._cache.n_bytes == 2 * n_bytes and len(clip._cache) == 2


def test_write_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "00000.jpg"
    frame = numbered_frame(5)
    write_jpeg(path, frame)
    assert np.abs(read_image(path).astype(int) - frame).mean() < 1.5
    assert Image.open(io.BytesIO(path.read_bytes())).format == "JPEG"
    with pytest.raises(TargetError, match=r"absent/00000\.jpg"):
        write_jpeg(tmp_path / "absent" / "00000.jpg", frame)
    assert [p.name for p in tmp_path.iterdir()] == ["00000.jpg"]


def test_thumbnail() -> None:
    small = thumbnail(numbered_frame(0, (480, 854)), 48)
    assert small.shape == (48, 85, 3) and small.dtype == np.uint8
    assert thumbnail(np.zeros((1000, 2, 3), np.uint8), 20).shape == (20, 1, 3)


@pytest.mark.data
def test_development_folders(development_data: Path) -> None:
    for folder in sorted((development_data / "clips" / "JPEGImages").iterdir()):
        with open_clip(folder) as clip:
            t = len(clip) // 2
            with Image.open(folder / f"{clip.info.frame_names[t]}.jpg") as image:
                assert np.array_equal(clip[t], np.array(image.convert("RGB")))


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        (range(1001, 1011), ""),  # as a camera counts
        (range(0, 50, 5), ""),  # as YouTube-VOS does
        ([0, 5, 10, 15, 25, 30, 35, 50], "3 images missing.*f15.jpg and f25.jpg"),
        ([1001, 1002, 1004, 1005, 1006], "1 image missing.*f1002.jpg and f1004.jpg"),
        ([1, 2, 7, 9, 30], ""),  # no step that could be meant
    ],
)
def test_numbers_that_are_left_out_are_told(tmp_path: Path, numbers: list[int], said: str) -> None:
    save_numbered(tmp_path, [f"f{number}.jpg" for number in numbers])
    with open_clip(tmp_path) as clip:
        assert [number_of(clip[t]) for t in range(len(clip))] == list(range(len(numbers)))
        assert clip.info.frame_names == tuple(f"f{number}" for number in numbers)
        assert len(clip.info.warnings) == bool(said)
        assert not said or re.search(said, clip.info.warnings[0])


def test_names_of_two_kinds_have_no_holes(tmp_path: Path) -> None:
    save_numbered(tmp_path, ["a1.jpg", "a2.jpg", "a3.jpg", "b9.jpg", "c.png"])
    with open_clip(tmp_path) as clip:
        assert len(clip) == 5 and clip.info.warnings == ()


def test_16_bits_of_which_12_are_used_are_told(tmp_path: Path) -> None:
    for bits in (12, 16):
        (tmp_path / str(bits)).mkdir()
        values = GRADIENT.astype(np.uint16) * (1 << (bits - 8))
        Image.fromarray(values).save(tmp_path / str(bits) / "0.png")
    with open_clip(tmp_path / "12") as dark, open_clip(tmp_path / "16") as light:
        assert "Only 12 of the 16 bits" in dark.info.warnings[0]
        assert light.info.warnings == () and light[0].max() > 200
