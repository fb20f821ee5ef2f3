# SPDX-License-Identifier: GPL-2.0-or-later
"""Files appear whole or not at all."""

import os
import signal
import subprocess
import sys

import pytest

from soilsharp.core.base.errors import InputError
from soilsharp.core.base.files import read_json, whole_file, whole_files, whole_folder, write_files, write_json
from soilsharp.core.base.find import files_at


def _fail(place, write):
    """Write into a place and break off."""
    with pytest.raises(ZeroDivisionError), place as part:
        _ = write(part), 1 / 0


def test_a_file_is_there_only_when_complete(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    _fail(whole_file(path), lambda part: part.write_text("half"))
    assert path.read_text() == "old"
    with whole_file(path) as part:
        part.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_two_results_never_go_to_one_path(tmp_path):
    path = tmp_path / "a.txt"
    with pytest.raises(InputError, match="Two results"), whole_files(path, tmp_path / "x" / ".." / "a.txt"):
        pass
    assert os.listdir(tmp_path) == []
    with whole_file(path) as part:  # a path that was refused once is free again
        part.write_text("new")
    assert path.read_text() == "new"


def test_a_folder_gets_all_or_nothing_and_keeps_what_it_has(tmp_path):
    folder = tmp_path / "maps"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    _fail(whole_folder(folder), lambda part: (part / "a.txt").write_text("half"))
    assert sorted(os.listdir(folder)) == ["mine.txt"]
    with whole_folder(folder) as part:
        (part / "below").mkdir()
        (part / "below" / "a.txt").write_text("whole")
    assert (folder / "below" / "a.txt").read_text() == "whole"
    assert (folder / "mine.txt").read_text() == "mine"
    assert os.listdir(tmp_path) == ["maps"]


def _fill(part):
    (part / "below").mkdir()
    for name in ("a.txt", "b.txt", "below/c.txt"):
        (part / name).write_text("new")


@pytest.mark.parametrize("blocked", ["b.txt", "below"])
def test_a_folder_with_a_name_in_the_way_gets_nothing(blocked, tmp_path):
    folder = tmp_path / "maps"
    folder.mkdir()
    if blocked == "below":
        (folder / "below").write_text("a file where a folder should be")
    else:
        (folder / "b.txt").mkdir()
    with pytest.raises(InputError, match=blocked), whole_folder(folder) as part:
        _fill(part)
    assert os.listdir(folder) == [blocked]
    assert os.listdir(tmp_path) == ["maps"]


def test_a_folder_is_not_made_for_nothing(tmp_path):
    _fail(whole_folder(tmp_path / "new"), lambda part: None)
    assert os.listdir(tmp_path) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with (
        pytest.raises(InputError, match=r"Cannot write .*file.a\.txt.*Choose another place"),
        whole_file(tmp_path / "file" / "a.txt") as part,
    ):
        part.write_text("never")
    with pytest.raises(InputError, match="Choose another place"), whole_folder(tmp_path / "file") as part:
        (part / "a.txt").write_text("never")
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_new_folder_appears_in_one_step(tmp_path, monkeypatch):
    moved = []
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda source, target: (moved.append(target), replace(source, target)))
    with whole_folder(tmp_path / "maps") as part:
        _fill(part)
    assert moved == [tmp_path / "maps"]
    assert sorted(os.listdir(tmp_path / "maps")) == ["a.txt", "b.txt", "below"]
    assert os.listdir(tmp_path) == ["maps"]


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
def test_after_a_kill_the_old_file_stands_and_the_next_run_sweeps(tmp_path):
    path = tmp_path / "a.tif"
    path.write_text("old")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from core.base.files import whole_file\n"
        "with whole_file(sys.argv[2]) as part:\n"
        "    part.write_text('half'); print('ready', flush=True); sys.stdin.read()\n"
    )
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}  # it reads until it is killed
    with subprocess.Popen([sys.executable, "-c", script, root, path], text=True, **pipes) as child:
        assert child.stdout.readline() == "ready\n"
        child.send_signal(signal.SIGKILL)
    assert path.read_text() == "old"
    assert len(os.listdir(tmp_path)) == 2
    with whole_file(path) as part:
        part.write_text("new")
    assert os.listdir(tmp_path) == ["a.tif"]
    assert path.read_text() == "new"


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[1])
from core.base.files import whole_folder
replace, left = os.replace, int(sys.argv[3])

def counted(*paths):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    replace(*paths)

os.replace = counted
with whole_folder(sys.argv[2]) as part:
    (part / "below").mkdir()
    for name in ("a.txt", "b.txt", "below/c.txt"):
        (part / name).write_text("new")
"""


def _texts(folder):
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.txt")}


@pytest.mark.skipif(os.name != "posix", reason="kills a process")
@pytest.mark.parametrize("moves", range(5))
def test_a_kill_between_any_two_moves_never_leaves_a_mixed_set(moves, tmp_path):
    folder, root = tmp_path / "maps", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    (folder / "below").mkdir(parents=True)
    names = ("a.txt", "b.txt", "below/c.txt")
    for name in names:
        (folder / name).write_text("old")
    done = subprocess.run([sys.executable, "-c", KILLED, root, folder, str(moves)])
    assert done.returncode == (0 if moves == 4 else -signal.SIGKILL)
    if 0 < moves < 4:  # whoever reads it meanwhile is told
        with pytest.raises(InputError, match=f"{4 - moves} more files wait in .maps"):
            files_at(folder, (".txt",))
    _fail(whole_folder(folder), lambda part: (part / "a.txt").write_text("newer"))  # the next run, which fails
    assert _texts(folder) == dict.fromkeys(names, "old" if moves == 0 else "new")
    assert os.listdir(tmp_path) == ["maps"]
    assert len(files_at(folder, (".txt",))) == 2


def test_two_results_never_go_to_one_folder(tmp_path):
    (tmp_path / "maps").mkdir()
    with whole_folder(tmp_path / "maps") as part:
        with pytest.raises(InputError, match="Two results"), whole_folder(tmp_path / "maps"):
            pass
        _fill(part)
    assert _texts(tmp_path / "maps") == dict.fromkeys(("a.txt", "b.txt", "below/c.txt"), "new")


def test_json_of_another_kind_or_version_is_refused(tmp_path):
    path = tmp_path / "s.json"
    write_json(path, {"soilsharp": "study", "version": 2, "name": "Sodankylä"})
    assert "Sodankylä" in path.read_text(encoding="utf-8")
    with pytest.raises(InputError, match="version 2; this SoilSharp reads version 1"):
        read_json(path, "study", 1)
    with pytest.raises(InputError, match="not a SoilSharp method"):
        read_json(path, "method", 1)
    path.write_text('{"soilsharp": "study",')
    with pytest.raises(InputError, match="not a readable JSON file"):
        read_json(path, "study", 1)
    with pytest.raises(InputError, match="Cannot read study file"):
        read_json(tmp_path / "none.json", "study", 1)


def test_several_files_appear_together_or_not_at_all(tmp_path):
    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    a.write_text("old")
    _fail(whole_files(a, b), lambda parts: [part.write_text("half") for part in parts])
    assert os.listdir(tmp_path) == ["a.txt"]
    assert a.read_text() == "old"
    with whole_files(a, b) as parts:
        for part in parts:
            part.write_text("new")
    assert [a.read_text(), b.read_text()] == ["new", "new"]


def test_only_the_files_that_are_wanted_are_written_all_or_none(tmp_path):
    def fail(path):
        path.write_text("half")
        raise InputError("no")

    a, b = tmp_path / "a.txt", tmp_path / "b.txt"
    with pytest.raises(InputError):
        write_files((a, lambda path: path.write_text("new")), ("", fail), (b, fail))
    assert os.listdir(tmp_path) == []
    write_files((a, lambda path: path.write_text("new")), ("", fail))
    assert os.listdir(tmp_path) == ["a.txt"]


def test_files_that_are_written_together_stay_when_a_folder_is_in_the_way_of_one(tmp_path):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("kept")
    second.mkdir()
    with pytest.raises(InputError, match=r"Cannot write .*b\.csv: there is a folder with this name"):
        write_files((first, lambda part: part.write_text("new")), (second, lambda part: part.write_text("new")))
    assert first.read_text() == "kept"
