# SPDX-License-Identifier: GPL-2.0-or-later
"""Rasters that come from elsewhere read no other file and call nobody, whatever they claim to be."""

import struct
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer

import h5py
import numpy as np
import numpy.testing as npt
import pytest
import rasterio

from soilsharp.core.base.errors import InputError, SoilSharpError
from soilsharp.core.base.hdf5 import opened_hdf5, refuse_endless
from soilsharp.core.base.hdf5_heap import HEAP, HEAP_HEAD
from soilsharp.core.base.inputs import keeping
from soilsharp.core.preprocessing.align_rasters import align_rasters
from soilsharp.core.products.gridded.grids import import_grids
from soilsharp.core.rasters.grid import Grid
from soilsharp.core.rasters.open import Source
from soilsharp.core.rasters.raster import read_on, write_map
from soilsharp.core.stations.table_file import TableFile
from soilsharp.core.study.study import Study

GRID = Grid.from_bounds("EPSG:32632", 100, (500_000, 5_490_000, 500_800, 5_490_800))
SECRET = 42.0


@pytest.fixture
def secret(tmp_path):
    """Return a raster in a folder that nobody named."""
    path = tmp_path / "private" / "secret.tif"
    write_map(path, np.full(GRID.shape, SECRET), GRID)
    return path


@pytest.fixture
def here(tmp_path):
    (tmp_path / "here").mkdir()
    return tmp_path / "here"


@pytest.fixture
def web():
    """Give the address of a server and what it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def do_HEAD(self):
            self.do_GET()

        def log_message(self, *_):
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def _virtual(source, kind="SimpleSource", relative=0, more="", band_more=""):
    rows, columns = GRID.shape
    t = ", ".join(map(repr, GRID.transform.to_gdal()))
    return (
        f'<VRTDataset rasterXSize="{columns}" rasterYSize="{rows}"><SRS>EPSG:32632</SRS><GeoTransform>{t}'
        f'</GeoTransform>{more}<VRTRasterBand dataType="Float32" band="1"{band_more}><{kind}>'
        f'<SourceFilename relativeToVRT="{relative}">{source}</SourceFilename><SourceBand>1</SourceBand></{kind}>'
        "</VRTRasterBand></VRTDataset>"
    )


def _service(address):
    return (
        f'<GDAL_WMS><Service name="TMS"><ServerUrl>{address}/${{z}}/${{x}}/${{y}}.png</ServerUrl></Service><DataWindow>'
        "<UpperLeftX>500000</UpperLeftX><UpperLeftY>5490800</UpperLeftY><LowerRightX>500800</LowerRightX><LowerRightY>"
        "5490000</LowerRightY><TileLevel>1</TileLevel><TileCountX>1</TileCountX><TileCountY>1</TileCountY></DataWindow>"
        "<Projection>EPSG:32632</Projection><BandsCount>1</BandsCount></GDAL_WMS>"
    )


def _refused(path, words):
    with pytest.raises(SoilSharpError, match=words):
        read_on(Source(str(path)), GRID)


@pytest.mark.parametrize("name", ["a.tif", "a.vrt", "a.img", "a.nc"])
def test_a_virtual_raster_reads_nothing_from_elsewhere(here, secret, name):
    (here / name).write_text(_virtual(secret))
    _refused(here / name, "is no file in or below its own folder")
    (here / name).write_text(_virtual("../private/secret.tif", relative=1))
    _refused(here / name, "is no file in or below its own folder")
    (here / name).write_text("  \n" + _virtual(secret))
    _refused(here / name, "is no file in or below its own folder")


def test_a_link_does_not_bring_the_source_into_the_folder(here, secret):
    (here / "b.tif").symlink_to(secret)
    (here / "a.vrt").write_text(_virtual("b.tif", relative=1))
    _refused(here / "a.vrt", "is no file in or below its own folder")


def test_a_virtual_raster_of_files_below_its_folder_is_read(here):
    write_map(here / "tiles" / "b.tif", np.full(GRID.shape, 7.0), GRID)
    (here / "a.vrt").write_text(_virtual("tiles/b.tif", relative=1))
    npt.assert_array_equal(read_on(Source(str(here / "a.vrt")), GRID), 7)
    (here / "over.vrt").write_text(_virtual("a.vrt", relative=1))
    npt.assert_array_equal(read_on(Source(str(here / "over.vrt")), GRID), 7)


def test_a_source_that_was_chosen_too_may_lie_elsewhere(here, secret):
    (here / "a.vrt").write_text(_virtual(secret))
    with keeping({"the mosaic": here / "a.vrt", "the tiles": secret.parent}):
        npt.assert_array_equal(read_on(Source(str(here / "a.vrt")), GRID), SECRET)
        made = align_rasters({"a": str(here / "a.vrt")}, GRID, here / "out")
    npt.assert_array_equal(read_on(Source(str(made.maps[0].path)), GRID), SECRET)
    with keeping({"the mosaic": here / "a.vrt"}):
        _refused(here / "a.vrt", "is no file in or below its own folder")


def test_a_virtual_raster_of_itself_ends(here):
    (here / "a.vrt").write_text(_virtual("b.vrt", relative=1))
    (here / "b.vrt").write_text(_virtual("a.vrt", relative=1))
    _refused(here / "a.vrt", "a virtual raster of itself")


@pytest.mark.parametrize(
    "text",
    [
        lambda s: _virtual("b.tif", "KernelFilteredSource", 1),
        lambda s: _virtual("b.tif", relative=1, band_more=' subClass="VRTRawRasterBand"'),
        lambda s: _virtual("b.tif", relative=1, band_more=' subClass="VRTDerivedRasterBand"'),
        lambda s: _virtual("b.tif", relative=1).replace("<SimpleSource>", f'<SimpleSource SourceFilename="{s}">'),
        lambda s: _virtual("b.tif", relative=1, more=f"<Overview><SourceFilename>{s}</SourceFilename></Overview>"),
        lambda s: _virtual(
            "b.tif", relative=1, more=f'<Metadata domain="GEOLOCATION"><MDI key="X_DATASET">{s}</MDI></Metadata>'
        ),
        lambda s: _virtual("b.tif", relative=1).replace("<SRS>", "<!-- --><SRS>"),
        lambda s: f"<!DOCTYPE a [<!ENTITY x '{s}'>]>" + _virtual("&x;"),
        lambda s: f"<GDALWarpOptions><SourceDataset>{s}</SourceDataset></GDALWarpOptions>" + _virtual("b.tif", "x", 1),
        lambda s: _virtual("b.tif", relative=1)[:-20],
    ],
)  # fmt: skip
def test_a_virtual_raster_that_does_more_is_refused(here, secret, text):
    write_map(here / "b.tif", np.full(GRID.shape, 7.0), GRID)
    (here / "a.vrt").write_text(text(secret))
    with pytest.raises(InputError, match=r"a\.vrt"):
        read_on(Source(str(here / "a.vrt")), GRID)


def test_a_description_of_a_web_service_calls_nobody(here, web):
    address, asked = web
    for name in ("a.tif", "a.png", "a.nc"):
        (here / name).write_text(_service(address))
        _refused(here / name, "Cannot read")
        (here / "a.vrt").write_text(_virtual(name, relative=1))
        _refused(here / "a.vrt", "is no raster")
    assert asked == []


@pytest.mark.parametrize(
    "form",
    ["/vsicurl/{}/a.tif", "/vsizip//vsicurl/{}/a.zip/a.tif", "{}/a.tif", 'NETCDF:"{}/a.nc":sm', "HTTP:{}/a.tif"],
)
def test_the_network_is_asked_only_where_the_study_says_so(here, web, form):
    address, asked = web
    text = form.format(address)
    with pytest.raises(InputError, match="lies in the network"):
        Source(text).grid()
    assert asked == []


def test_a_study_that_allows_the_network_reads_from_it(here, web):
    address, asked = web
    content = {
        "soilsharp": "study", "version": 1, "name": "a", "grid": GRID.as_dict(), "period": ["2023-05-01", "2023-05-02"],
        "covariates": {"dem": {"file": f"/vsicurl/{address}/dem.tif"}},
    }  # fmt: skip
    for allowed in (False, True):
        study = Study.from_json({**content, "network": allowed}, here / "study.json")
        assert Study.from_json(study.as_json(), here / "study.json") == study
        with pytest.raises(InputError, match="Cannot read" if allowed else "lies in the network"):
            study.source(study.covariates["dem"]).grid()
        assert bool(asked) == allowed


def test_a_pointer_into_memory_is_no_raster():
    with pytest.raises(InputError, match="Cannot read"):
        Source("MEM:::DATAPOINTER=4096,PIXELS=8,LINES=8,BANDS=1,DATATYPE=Byte").grid()


@pytest.mark.parametrize("ending", [".ovr", ".msk"])
def test_what_lies_beside_a_raster_is_no_way_out(here, secret, ending):
    write_map(here / "a.tif", np.full(GRID.shape, 7.0), GRID)
    (here / f"a.tif{ending}").write_text(_virtual(secret))
    _refused(here / "a.tif", "stands for one beside")


def test_overviews_elsewhere_are_not_followed(here, secret):
    write_map(here / "a.tif", np.full(GRID.shape, 7.0), GRID)
    (here / "a.tif.aux.xml").write_text(
        f'<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">{secret}</MDI></Metadata></PAMDataset>'
    )
    _refused(here / "a.tif", "its overviews are in .*secret")
    write_map(here / "b.tif", np.full(GRID.shape, 7.0), GRID)
    with rasterio.open(here / "b.tif", "r+") as dataset:
        dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=str(secret))
    _refused(here / "b.tif", "its overviews are in .*secret")


def test_overviews_of_ones_own_are_read(here):
    write_map(here / "a.tif", np.full(GRID.shape, 7.0), GRID)
    with rasterio.Env(TIFF_USE_OVR=True), rasterio.open(here / "a.tif", "r+") as dataset:
        dataset.build_overviews([2])
    npt.assert_array_equal(read_on(Source(str(here / "a.tif")), GRID), 7)


def test_an_archive_is_no_way_out(here, secret):
    with zipfile.ZipFile(here / "a.zip", "w") as archive:
        archive.writestr("a.tif", _virtual(secret))
        archive.writestr("a.vrt", _virtual(secret))
    for name in ("a.tif", "a.vrt"):
        _refused(f"/vsizip/{here}/a.zip/{name}", "Cannot read")


def test_imports_read_no_virtual_rasters(here, tmp_path):
    write_map(here / "tiles" / "b.tif", np.full(GRID.shape, 7.0), GRID)
    (here / "rain_20230501.tif").write_text(_virtual("tiles/b.tif", relative=1))
    with pytest.raises(InputError, match="is a virtual raster"):
        import_grids(here / "rain_20230501.tif", tmp_path / "out")


def test_a_grid_of_text_is_not_taken_for_a_virtual_raster(here, secret):
    head = "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 1\n"
    (here / "a.asc").write_text(head + _virtual(secret) + "\n1 2\n3 4\n")
    with pytest.raises(SoilSharpError, match=r"a\.asc"):
        Source(str(here / "a.asc"), crs="EPSG:32632").grid()


def _linked(path, kind, secret):
    with h5py.File(path, "w") as file:
        if kind == "link":
            file["sm"] = h5py.ExternalLink(str(secret), "sm")
        elif kind == "deep link":
            file.create_group("a/b")["sm"] = h5py.ExternalLink(str(secret), "sm")
        elif kind == "virtual":
            layout = h5py.VirtualLayout(shape=(8, 8), dtype="f4")
            layout[:] = h5py.VirtualSource(str(secret), "sm", shape=(8, 8))
            file.create_virtual_dataset("sm", layout)
        elif kind == "raw":
            file.create_dataset("sm", (8, 8), "u1", external=[(str(secret), 0, 64)])


@pytest.mark.parametrize("kind", ["link", "deep link", "virtual", "raw"])
def test_hdf5_does_not_lead_to_other_files(here, tmp_path, kind):
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["sm"] = np.full((8, 8), SECRET, "f4")
    path = here / "a.h5"
    _linked(path, kind, secret)
    with pytest.raises(InputError, match=r"a\.h5 leads to another file"), opened_hdf5(path) as file:
        pytest.fail(f"{file} was opened")
    for address in (str(path), f'HDF5:"{path}"://sm', f'NETCDF:"{path}":sm'):
        with pytest.raises(InputError, match=r"a\.h5 leads to another file"):
            Source(address).grid()


def test_hdf5_with_links_within_is_read(here):
    with h5py.File(here / "a.h5", "w") as file:
        file["sm"] = np.full((8, 8), 7.0, "f4")
        file["again"] = h5py.SoftLink("/sm")
        file["a/b"] = file["/"]  # a circle
    with opened_hdf5(here / "a.h5") as file:
        npt.assert_array_equal(file["again"][:], 7)


def test_hdf5_with_a_heap_that_never_ends_is_refused(here):
    with h5py.File(here / "a.h5", "w") as file:
        file["sm"] = np.full((8, 8), 7.0, "f4")
        file["words"] = ["one", "two", "three"]  # texts of any length lie in a heap
    refuse_endless(here / "a.h5")
    whole = (here / "a.h5").read_bytes()
    first = whole.index(HEAP) + HEAP_HEAD
    (here / "b.h5").write_bytes(whole[:first] + bytes(HEAP_HEAD) + whole[first + HEAP_HEAD :])
    for address in (str(here / "b.h5"), f'HDF5:"{here / "b.h5"}"://sm'):
        with pytest.raises(InputError, match=r"b\.h5 cannot be read as HDF5"):
            Source(address).grid()
    with pytest.raises(InputError, match="damaged"), opened_hdf5(here / "b.h5") as file:
        pytest.fail(f"{file} was opened")


# the layout of long ago, with a block of somebody else's in front of it, and that since 1.8
OLD, BEHIND, NEW = {"libver": "earliest"}, {"libver": "earliest", "userblock_size": 512}, {"libver": "v108"}


# twenty attributes lie in a further part of what the file says of an object
@pytest.mark.parametrize(("how", "many"), [(OLD, 2), (OLD, 20), (BEHIND, 2), (NEW, 2), (NEW, 5)], ids=str)
def test_hdf5_whose_texts_lie_elsewhere_is_refused(here, how, many):
    _with_texts(here / "a.h5", how, many)
    with opened_hdf5(here / "a.h5") as file:
        assert file["sm"].attrs["units"] == "m3 m-3"
        assert list(file["sm"].attrs["several"]) == ["one", "", "three"]
    whole = (here / "a.h5").read_bytes()
    text = whole.index(b"m3 m-3\0\0")
    for at, other in ((text - HEAP_HEAD, 99), (text - 8, 8)):  # its number in the heap, and its length
        (here / "b.h5").write_bytes(whole[:at] + bytes([other]) + whole[at + 1 :])
        with (
            pytest.raises(InputError, match="an attribute of sm is not where the file says"),
            opened_hdf5(here / "b.h5"),
        ):
            pytest.fail("a damaged text was passed")


def _with_texts(path, how, many):
    with h5py.File(path, "w", **how) as file:
        file["sm"] = np.full((8, 8), 7.0, "f4")
        file["sm"].attrs["units"] = "m3 m-3"
        file["sm"].attrs["several"] = ["one", "", "three"]
        for number in range(many):
            file["sm"].attrs[f"note {number}"] = "first"
            file["sm"].attrs[f"note {number}"] = "what took its place"


def test_hdf5_object_that_leads_back_to_itself_is_refused(here):
    _with_texts(here / "a.h5", OLD, 20)
    whole = (here / "a.h5").read_bytes()
    with h5py.File(here / "a.h5") as file:
        header = h5py.h5o.get_info(file["sm"].id).addr
    continued = whole.index(b"\x10\0\x10\0", header)
    place, size = struct.unpack_from("<QQ", whole, continued + 8)
    again = bytes.fromhex("1000100000000000") + struct.pack("<QQ", place, size)
    (here / "b.h5").write_bytes(whole[:place] + again + whole[place + len(again) :])
    with pytest.raises(InputError, match="cannot be read as HDF5"), opened_hdf5(here / "b.h5"):
        pytest.fail("a circle was passed")


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.kml", "a.fgb", "a.vrt", "a.gml", "a.xml"])
def test_a_layer_is_what_its_name_says(here, secret, web, name):
    address, asked = web
    texts = (
        f'<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>{secret}</SrcDataSource></OGRVRTLayer>'
        "</OGRVRTDataSource>",
        f"<OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>",
        f"<?xml version='1.0'?><OGRWFSDataSource><URL>{address}</URL></OGRWFSDataSource>",
    )
    for text in texts:
        (here / name).write_text(text)
        with pytest.raises(InputError, match=r"not what its name says|are read from files that end in"):
            TableFile(here / name)
    assert asked == []
