# SPDX-License-Identifier: GPL-2.0-or-later
"""Files are found in folders and by patterns, whatever the folders are called."""

import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.find import files_at


@pytest.fixture(params=["maps", "run [2]", "a*b", "what?", "ä 中文", "[!x]/[1]"])
def folder(request, tmp_path):
    """Return a folder with files, beside one that its name would match as a pattern."""
    place = tmp_path / request.param
    for path in (place, place / "inner", tmp_path / "run 2", tmp_path / "axb", tmp_path / "whats"):
        path.mkdir(parents=True, exist_ok=True)
        for name in ("a_1.tif", "a_2.TIF", "b [1].tiff", "notes.txt", ".hidden.tif"):
            (path / name).touch()
    (place / "folder.tif").mkdir()
    return place


def names(folder, found):
    return [path.relative_to(folder).as_posix() for path in found]


def test_the_rasters_of_a_folder(folder):
    assert names(folder, files_at(folder)) == ["a_1.tif", "a_2.TIF", "b [1].tiff"]
    assert names(folder, files_at(folder, (".txt",), deep=True)) == ["inner/notes.txt", "notes.txt"]


def test_the_files_of_a_pattern(folder):
    assert names(folder, files_at(folder / "a_*")) == ["a_1.tif", "a_2.TIF"]
    assert names(folder, files_at(folder / "a_[13].tif")) == ["a_1.tif"]
    assert names(folder, files_at(folder / "*" / "a_1.tif")) == ["inner/a_1.tif"]
    assert names(folder, files_at(folder / "**" / "*.txt")) == ["inner/notes.txt", "notes.txt"]
    assert files_at(folder / "c_*") == []


def test_one_file(folder):
    assert files_at(folder / "b [1].tiff") == [folder / "b [1].tiff"]
    assert files_at(folder / "notes.txt") == [folder / "notes.txt"]
    assert files_at(folder / "nothing.tif") == []


@pytest.mark.parametrize(
    ("source", "words"),
    [("a**b/*.tif", "no pattern of files"), ("a\0b", "NUL character"), ("é" * 200, "400 bytes, and none .* than 255")],
)
def test_what_can_be_no_path_is_told(source, words):
    with pytest.raises(InputError, match=words):
        files_at(source)
