# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing that is written takes the place of what is read, whatever it is called."""

import os
import zipfile

import numpy as np
import pytest

from soilsharp.core.base.errors import OverwriteError
from soilsharp.core.base.files import whole_file, whole_folder
from soilsharp.core.base.inputs import Folder, Inputs, keeping, local_file


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Return a folder with some files; it is the current one."""
    for name in ("a.tif", "stations.gpkg", "a b.nc", "maps/sm_20230501.tif", "tables/deep/site.csv", "s.shp", "s.dbf"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("a.tif", "inside")
    source = '<SourceFilename relativeToVRT="1">maps/sm_20230501.tif</SourceFilename>'
    (tmp_path / "mosaic.vrt").write_text(f"<VRTDataset>{source}</VRTDataset>")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("{}/a.tif", "a.tif"),
        ("a.tif", "{}/maps/../a.tif"),
        ("a.tif", "link.tif"),
        ("link.tif", "a.tif"),
        ("a.tif", "folder/a.tif"),
        ("a.tif|option:NUM_THREADS=2", "a.tif"),
        ("stations.gpkg|layername=a|subset=b > 1", "stations.gpkg"),
        ('NETCDF:"{}/a b.nc":sm', "a b.nc"),
        ("GPKG:stations.gpkg:table", "stations.gpkg"),
        ("ogr:dbname='{}/stations.gpkg' table=\"a\" (geom)", "stations.gpkg"),
        ("dbname='{}/stations.gpkg' table=\"a\" (geom) sql=b > 1", "stations.gpkg"),
        ("stations.gpkg", "ogr:dbname='{}/stations.gpkg' table=\"b\" (geom)"),
        ("stations.gpkg", 'ogr:dbname="{}/folder/stations.gpkg" table="b" (geom)'),
        ("/vsizip/{}/z.zip/a.tif", "z.zip"),
        ("/vsizip/{{{}/z.zip}}/a.tif", "z.zip"),
        ("file://{}/a%20b.nc?type=csv", "a b.nc"),
        ("maps", "maps/sm_20230501.tif"),
        ("maps", "maps/sm_20230502.tif"),
        ("maps/", "{}/folder/maps/sm_20230502.tif"),
        ("maps/*.tif", "maps/sm_20230501.tif"),
        ("maps/sm_*.tif", "maps/sm_20230502.tif"),
        ("m*/sm_*.tif", "maps/sm_20230501.tif"),
        ("mosaic.vrt", "maps/sm_20230501.tif"),
        ("s.shp", "s.dbf"),
        (Folder("tables", (".csv",), deep=True), "tables/deep/site.csv"),
        (Folder("tables", (".csv",), deep=True), "tables/new.csv"),
    ],
    ids=str,
)
def test_a_file_that_is_read_is_not_written(place, read, written):
    os.symlink(place / "a.tif", place / "link.tif")
    os.symlink(place, place / "folder")
    read = read if isinstance(read, Folder) else read.format(place)
    before = contents(place)
    with pytest.raises(OverwriteError, match=r"The table\b.*the rasters\. Choose another"):
        Inputs({"the rasters": read}).refuse({"The table": written.format(place)})
    with (
        keeping({"the rasters": read}),
        pytest.raises(OverwriteError, match="nothing was written"),
        whole_file(written.format(place)) as part,
    ):
        part.write_text("new")
    assert contents(place) == before


@pytest.mark.parametrize("read", ["maps", "maps/*.tif", "{}/maps/sm*", ["a.tif", "maps/sm_20230501.tif"]], ids=str)
@pytest.mark.parametrize("written", ["maps", "{}/maps", "folder/maps"])
def test_a_folder_whose_files_are_read_gets_none(place, read, written):
    os.symlink(place, place / "folder")
    read = [one.format(place) for one in read] if isinstance(read, list) else read.format(place)
    before = contents(place)
    with (
        keeping({"the rasters": read}),
        pytest.raises(OverwriteError, match="holds the rasters"),
        whole_folder(written.format(place)) as part,
    ):
        (part / "new.tif").write_text("new")
    assert contents(place) == before


def test_a_folder_gets_nothing_where_one_of_its_files_would_replace_an_input(place):
    before = contents(place)

    def run():
        with keeping({"the rasters": "maps/sm_20230501.tif"}), whole_folder(place) as part:
            (part / "maps").mkdir()
            (part / "maps" / "sm_20230501.tif").write_text("new")
            (part / "b.txt").write_text("new")

    with pytest.raises(OverwriteError, match=r"maps.sm_20230501\.tif is the rasters"):
        run()
    assert contents(place) == before


@pytest.mark.parametrize(
    ("read", "written"),
    [
        ("a.tif", "b.tif"),
        ("maps", "maps/scores.csv"),
        ("maps/*.tif", "maps/scores.csv"),
        ("maps", "maps/of/sm_20230501.tif"),
        ("stations.gpkg|layername=a", "stations.csv"),
        ("nowhere.tif", "a.tif"),
        (Folder("tables", (".csv",), deep=True), "tables/places.gpkg"),
    ],
    ids=str,
)
def test_other_files_may_stand_beside(place, read, written):
    Inputs({"the rasters": read}).refuse({"The table": written})
    with keeping({"the rasters": read}), whole_file(written) as part:
        part.write_text("new")
    assert (place / written).read_text() == "new"


def test_what_was_kept_may_be_written_afterwards(place):
    with keeping({"it": "a.tif"}):
        pass
    with whole_file("a.tif") as part:
        part.write_text("new")
    assert (place / "a.tif").read_text() == "new"


def test_two_outputs_have_two_places(place):
    os.symlink(place, place / "folder")
    with pytest.raises(OverwriteError, match="Maps and Ages are written to the same place"):
        Inputs({}).refuse({"Maps": "new", "Ages": "folder/new"})


@pytest.mark.skipif(os.name != "posix", reason="Windows tells files apart otherwise")
def test_what_is_not_written_has_no_place(place):
    # '' would be the current folder, here one with files that are read
    Inputs({"the raster": "a.tif"}).refuse({"the table": "new.csv", "the layer": "", "the report": ""})
    with pytest.raises(OverwriteError, match="the layer would be written over"):
        Inputs({"the raster": "a.tif"}).refuse({"the table": "", "the layer": "a.tif"})


def test_a_hard_link_is_the_same_file(place):
    os.link("a.tif", "b.tif")
    with pytest.raises(OverwriteError, match="nothing was written"):
        Inputs({"it": "a.tif"}).refuse_file("b.tif")


def test_names_that_lead_to_no_file_stay(place):
    for name in ("https://x/y.tif", "/vsicurl/https://x/y.tif", "NETCDF:none.nc:sm", "", "a:b:c"):
        assert local_file(name) == name


def test_a_study_names_what_a_run_of_it_reads(region, tmp_path):
    from soilsharp.core.study.study import Study

    study = Study.read(region.study)
    inputs, folder = Inputs(study.reads()), study.folder
    for name in ("covariates/elevation.tif", "stations.csv", "coarse/new.tif", "covariates/ndvi/ndvi_20300101.tif"):
        with pytest.raises(OverwriteError, match="nothing was written"):
            inputs.refuse_file(folder / name)
    for name in ("coarse", "covariates", "covariates/lst"):
        with pytest.raises(OverwriteError, match="nothing was written"):
            inputs.refuse_folder(folder / name)
    for name in ("", "maps", "covariates/new"):
        inputs.refuse({"Maps": folder / name})
    inputs.refuse({"Samples": folder / "samples.csv", "Report": folder / "coarse" / "report.html"})


def test_functions_of_core_refuse_too(region, tmp_path):
    from soilsharp.core.cli import main
    from soilsharp.core.downscaling.conserve import conserve_file
    from soilsharp.core.rasters.grid import Grid
    from soilsharp.core.rasters.raster import write_map

    path = tmp_path / "fine.tif"
    write_map(path, np.full((4, 4), 0.2), Grid.from_bounds("EPSG:3035", 10, (0, 0, 40, 40)))
    before, study = path.read_bytes(), region.study.read_bytes()
    with pytest.raises(OverwriteError, match="is the fine map"):
        conserve_file(path, path, path)
    assert main(["check", str(region.study), "--report", str(region.study)]) == 1
    assert main(["run", str(region.study), "coarse_linear", "--out", str(region.study.parent / "coarse")]) == 1
    assert (path.read_bytes(), region.study.read_bytes()) == (before, study)


def contents(folder):
    """Return the bytes of all files below a folder."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
