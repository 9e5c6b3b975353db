"""Masks on disk: the ids that go in are the ids that every reader takes out."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from vosgui.core.colours import palette
from vosgui.errors import MaskError, TargetError
from vosgui.files.atomic import atomic_file
from vosgui.media.palette import read_mask, write_mask
from vosgui.media.png_values import stored_values

ALL_IDS = np.arange(256, dtype=np.uint8).reshape(8, 32)


def grey_png(values: np.ndarray, n_bits: int) -> bytes:
    """Return a grey PNG of less than 8 bits, which Pillow reads but does not write."""
    height, width = values.shape
    rows = np.unpackbits(values[..., None], axis=-1)[..., 8 - n_bits :].reshape(height, -1)
    lines = b"".join(b"\0" + row.tobytes() for row in np.packbits(rows, axis=-1))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, n_bits, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines))
        + chunk(b"IEND", b"")
    )


@settings(max_examples=30)
@given(mask=hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12)))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, mask: np.ndarray) -> None:
    path = tmp_path_factory.mktemp("masks") / "00000.png"
    write_mask(path, mask)
    assert np.array_equal(read_mask(path, mask.shape), mask)


@pytest.mark.parametrize("top", [0, 1, 3, 15, 255])
def test_file_is_8_bit_palette_with_256_entries(tmp_path: Path, top: int) -> None:
    path = tmp_path / "00000.png"
    write_mask(path, np.full((3, 5), top, np.uint8))
    data = path.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (width, height, depth, kind) == (5, 3, 8, 3)
    at = data.index(b"PLTE")
    assert struct.unpack(">I", data[at - 4 : at]) == (768,)
    assert data[at + 4 : at + 772] == palette().tobytes()


def test_other_readers_find_the_ids(tmp_path: Path) -> None:
    import imageio.v3 as iio

    path = tmp_path / "00000.png"
    write_mask(path, ALL_IDS)
    with Image.open(path) as image:
        assert image.mode == "P"
        assert np.array_equal(np.array(image.convert("P")), ALL_IDS)
    assert np.array_equal(iio.imread(path, mode="P"), ALL_IDS)


def test_a_mask_that_is_not_contiguous(tmp_path: Path) -> None:
    path = tmp_path / "00000.png"
    write_mask(path, ALL_IDS.T[::2])
    assert np.array_equal(read_mask(path), ALL_IDS.T[::2])


def test_palette() -> None:
    table = palette()
    assert table.shape == (256, 3) and table.dtype == np.uint8
    assert table[0].tolist() == [0, 0, 0]
    assert table[1].tolist() == [236, 95, 103]
    assert table[10].tolist() == [101, 115, 126]
    # PASCAL VOC: the published table
    assert table[11].tolist() == [192, 128, 0]
    assert table[12].tolist() == [64, 0, 128]
    assert table[20].tolist() == [0, 64, 128]
    assert table[255].tolist() == [224, 224, 192]
    assert len(np.unique(table, axis=0)) == 256
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 1


@settings(max_examples=20)
@given(n_entries=st.integers(17, 256))
def test_a_short_palette_of_others_is_read(
    n_entries: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("masks") / "00000.png"
    ids = np.minimum(ALL_IDS, n_entries - 1).astype(np.uint8)
    image = Image.fromarray(ids)
    image.putpalette(palette().tobytes()[: 3 * n_entries])
    image.save(path)
    assert np.array_equal(read_mask(path), ids)


@pytest.mark.parametrize(("n_entries", "top"), [(2, 1), (4, 3), (16, 15)])
def test_palettes_of_few_bits(tmp_path: Path, n_entries: int, top: int) -> None:
    path = tmp_path / "00000.png"
    ids = ALL_IDS % (top + 1)
    image = Image.fromarray(ids)
    image.putpalette(palette().tobytes()[: 3 * n_entries])
    image.save(path)
    assert path.read_bytes()[24] < 8
    assert np.array_equal(read_mask(path), ids)


@pytest.mark.parametrize("n_bits", [2, 4])
def test_grey_of_few_bits_is_not_stretched(tmp_path: Path, n_bits: int) -> None:
    ids = ALL_IDS % (1 << n_bits)
    path = tmp_path / "00000.png"
    path.write_bytes(grey_png(ids, n_bits))
    assert np.array_equal(read_mask(path), ids)


def test_grey_and_binary(tmp_path: Path) -> None:
    path = tmp_path / "00000.png"
    Image.fromarray(ALL_IDS).save(path)
    assert np.array_equal(read_mask(path), ALL_IDS)
    Image.fromarray(ALL_IDS > 99).save(path)
    assert np.array_equal(read_mask(path), (ALL_IDS > 99).astype(np.uint8))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "I;16"])
def test_other_modes_are_refused(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "00007.png"
    Image.new(mode, (4, 4)).save(path)
    with pytest.raises(MaskError, match=r"00007\.png.*palette PNG"):
        read_mask(path)


def test_jpeg_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "00007.png"
    Image.fromarray(ALL_IDS).save(path, format="JPEG")
    with pytest.raises(MaskError, match=r"00007\.png is a JPEG"):
        read_mask(path)


def test_wrong_size_names_both(tmp_path: Path) -> None:
    path = tmp_path / "00005.png"
    write_mask(path, np.zeros((480, 853), np.uint8))
    with pytest.raises(MaskError, match=r"00005\.png is 853x480, its frame is 854x480"):
        read_mask(path, (480, 854))


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(MaskError, match=r"no mask file .*none\.png"):
        read_mask(tmp_path / "none.png")
    with pytest.raises(MaskError, match="cannot be read"):
        read_mask(tmp_path)


def test_broken_anywhere(tmp_path: Path) -> None:
    whole = tmp_path / "whole.png"
    write_mask(whole, np.random.default_rng(0).integers(0, 256, (40, 40), dtype=np.uint8))
    data = whole.read_bytes()
    part = tmp_path / "part.png"
    for n in range(0, len(data) - 20, 37):
        part.write_bytes(data[:n])
        with pytest.raises(MaskError, match=r"part\.png"):
            read_mask(part)
    for n in range(8, len(data), 37):
        part.write_bytes(data[:n] + bytes([data[n] ^ 0xFF]) + data[n + 1 :])
        try:
            assert read_mask(part).shape  # damage in the palette changes no id
        except MaskError as error:
            assert "part.png" in str(error)


def test_nothing_half_written(tmp_path: Path) -> None:
    path = tmp_path / "00000.png"
    path.write_bytes(b"before")
    with pytest.raises(RuntimeError), atomic_file(path) as file:
        file.write(b"half")
        raise RuntimeError
    assert path.read_bytes() == b"before"
    assert [p.name for p in tmp_path.iterdir()] == ["00000.png"]


def test_a_target_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"absent/00000\.png"):
        write_mask(tmp_path / "absent" / "00000.png", ALL_IDS)
    (tmp_path / "taken.png").mkdir()
    with pytest.raises(TargetError, match=r"taken\.png"):
        write_mask(tmp_path / "taken.png", ALL_IDS)
    assert [p.name for p in tmp_path.iterdir()] == ["taken.png"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_target_error(tmp_path: Path) -> None:
    path = tmp_path / "00000.png"
    with (
        pytest.raises(TargetError, match="No space left"),
        atomic_file(path),
        io.FileIO("/dev/full", "w") as full,
    ):
        full.write(b"x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.data
def test_masks_of_the_development_clips(development_data: Path) -> None:
    folder = development_data / "clips" / "Annotations"
    paths = sorted(folder.rglob("*.png"))[::7]
    assert paths
    for path in paths:
        with Image.open(path) as image:
            assert np.array_equal(read_mask(path), np.array(image))


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    at, chunks = 8, []
    while at < len(data):
        (n,) = struct.unpack_from(">I", data, at)
        chunks.append((data[at + 4 : at + 8], data[at + 8 : at + 8 + n]))
        at += 12 + n
    return chunks


def png_of(chunks: list[tuple[bytes, bytes]]) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


@pytest.mark.parametrize("mode", ["P", "L"])
@pytest.mark.parametrize("filters", [zlib.Z_RLE, zlib.Z_DEFAULT_STRATEGY])
def test_values_are_those_that_pillow_reads(mode: str, filters: int) -> None:
    rng = np.random.default_rng(0)
    ids = rng.integers(0, 256, (37, 53), dtype=np.uint8)
    image = Image.fromarray(ids)
    if mode == "P":
        image.putpalette(rng.integers(0, 256, 768, dtype=np.uint8).tobytes())
    file = io.BytesIO()
    # Grey is written with filters that depend on the pixels around.
    image.save(file, format="PNG", compress_type=filters, transparency=7)
    found = stored_values(file.getvalue())
    assert found is not None and found.values.dtype == np.uint8
    assert np.array_equal(found.values, ids)
    assert len(found.palette) == (768 if mode == "P" else 0)


@pytest.mark.parametrize("filters", [(0, 0, 0), (0, 0, 2), (2, 0, 0), (0, 1, 2)])
def test_each_row_is_read_by_its_own_filter(filters: tuple[int, ...]) -> None:
    rows = np.array([[1, 2, 3, 3], [1, 2, 4, 4], [9, 2, 4, 0]], np.uint8)
    left, up = np.zeros_like(rows), np.zeros_like(rows)
    left[:, 1:], up[1:] = rows[:, :-1], rows[:-1]
    stored = {0: rows, 1: rows - left, 2: rows - up}  # none, Sub, Up
    lines = b"".join(bytes([how]) + stored[how][y].tobytes() for y, how in enumerate(filters))
    header = struct.pack(">IIBBBBB", 4, 3, 8, 0, 0, 0, 0)

    def png(lines: bytes) -> bytes:
        return png_of([(b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")])

    found = stored_values(png(lines))
    assert found is not None
    assert np.array_equal(found.values, rows)
    assert stored_values(png(lines[:-1])) is None


def test_rows_in_many_chunks_and_gamma_change_nothing() -> None:
    file = io.BytesIO()
    Image.fromarray(ALL_IDS).save(file, format="PNG")
    chunks = []
    for kind, data in chunks_of(file.getvalue()):
        if kind == b"IDAT":
            chunks += [(b"gAMA", struct.pack(">I", 45455))]
            chunks += [(b"IDAT", data[i : i + 3]) for i in range(0, len(data), 3)]
        else:
            chunks.append((kind, data))
    found = stored_values(png_of(chunks))
    assert found is not None
    assert np.array_equal(found.values, ALL_IDS)


def test_what_is_no_plain_whole_png_is_left_to_pillow() -> None:
    file = io.BytesIO()
    Image.fromarray(ALL_IDS).save(file, format="PNG")
    data = file.getvalue()
    assert stored_values(data) is not None
    for end in range(len(data)):
        assert stored_values(data[:end]) is None
    for at in range(8, len(data)):  # its signature aside, every byte is under a checksum
        assert stored_values(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]) is None
    chunks = dict(chunks_of(data))
    for kind, other in (
        (b"IHDR", struct.pack(">IIBBBBB", 0, 8, 8, 0, 0, 0, 0)),
        (b"IHDR", struct.pack(">IIBBBBB", 1 << 16, 1 << 16, 8, 0, 0, 0, 0)),
        (b"IHDR", struct.pack(">IIBBBBB", 32, 8, 8, 2, 0, 0, 0)),
        (b"IHDR", struct.pack(">IIBBBBB", 32, 8, 8, 0, 0, 0, 1)),
        (b"IHDR", b"short"),
    ):
        assert stored_values(png_of([*{**chunks, kind: other}.items()])) is None
    for n_bits in (1, 2, 4):
        assert stored_values(grey_png(ALL_IDS % (1 << n_bits), n_bits)) is None
    coloured = io.BytesIO()
    Image.fromarray(np.dstack([ALL_IDS] * 3)).save(coloured, format="PNG")
    assert stored_values(coloured.getvalue()) is None
