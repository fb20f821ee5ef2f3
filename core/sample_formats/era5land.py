# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes hourly ERA5-Land files as the Climate Data Store delivers them, in its old and its new way."""

from __future__ import annotations

import os

import numpy as np

from ..base import extras
from ..base.files import whole_file

# unit and long name of a variable, as ECMWF writes them
WORDS = {
    "tp": ("m", "Total precipitation"),
    "e": ("m of water equivalent", "Total evaporation"),
    "pev": ("m", "Potential evaporation"),
    "ssr": ("J m**-2", "Surface net solar radiation"),
    "ssrd": ("J m**-2", "Surface solar radiation downwards"),
    "t2m": ("K", "2 metre temperature"),
    "skt": ("K", "Skin temperature"),
    "stl1": ("K", "Soil temperature level 1"),
    "swvl1": ("m**3 m**-3", "Volumetric soil water layer 1"),
    "swvl2": ("m**3 m**-3", "Volumetric soil water layer 2"),
    "lai_hv": ("m**2 m**-2", "Leaf area index, high vegetation"),
    "lai_lv": ("m**2 m**-2", "Leaf area index, low vegetation"),
}
FILL = -32767
STEPS = 65532  # that a packed short tells apart


def running_sums(amounts: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return sums since 00 UTC of hourly amounts that are dated by their end, as ERA5-Land has them.

    Parameters
    ----------
    amounts : ndarray, shape (hours, ...)
    times : ndarray of datetime64, shape (hours,)
        Without a gap. The sums of a first day that begins after 01 UTC begin there.
    """
    hour = times.astype("datetime64[h]").astype(int)
    out = np.array(amounts, float)
    for i in range(1, len(out)):
        if hour[i] % 24 != 1:
            out[i] += out[i - 1]
    return out


def write_hours(
    path: str | os.PathLike,
    times: np.ndarray,
    longitudes: np.ndarray,
    latitudes: np.ndarray,
    values: dict[str, np.ndarray],
    packed: bool = True,
    preliminary_from: np.datetime64 | None = None,
) -> None:
    """Write one file of hourly values.

    Parameters
    ----------
    path : path
    times : ndarray of datetime64, shape (hours,)
    longitudes, latitudes : ndarray
        Centres of the cells in degrees; latitudes from north to south as in the products.
    values : dict of ndarray, shape (hours, latitudes, longitudes)
        By short name, in ECMWF's units; NaN over sea. What is accumulated as `running_sums`.
    packed : bool
        Whether to write as the data store did until 2024: NetCDF 3, packed into shorts, `time` in hours since 1900.
        Else as it does since: NetCDF 4 through h5py, `valid_time` in seconds since 1970, `expver` as text.
    preliminary_from : datetime64, optional
        From when on data are preliminary: the old way with a dimension `expver` of 1 and 5, the new one with "0005".
    """
    with whole_file(path) as part:
        (_write_old if packed else _write_new)(
            part, np.asarray(times, "datetime64[s]"), longitudes, latitudes, values, preliminary_from
        )


def _write_old(path, times, longitudes, latitudes, values, preliminary_from) -> None:
    from scipy.io import netcdf_file

    dims = ("time", "latitude", "longitude")
    with netcdf_file(path, "w", version=2) as file:
        file.Conventions = "CF-1.6"
        hours = (times - np.datetime64("1900-01-01")) // np.timedelta64(1, "h")
        for name, axis, unit in (
            ("longitude", np.float32(longitudes), "degrees_east"),
            ("latitude", np.float32(latitudes), "degrees_north"),
            ("time", hours.astype(np.int32), "hours since 1900-01-01 00:00:00.0"),
        ):
            file.createDimension(name, len(axis))
            _fill(file.createVariable(name, axis.dtype, (name,)), axis, units=unit, long_name=name)
        file.variables["time"].calendar = "gregorian"
        if preliminary_from is not None:
            dims = ("time", "expver", "latitude", "longitude")
            file.createDimension("expver", 2)
            _fill(file.createVariable("expver", np.int32, ("expver",)), [1, 5], long_name="expver")
        for name, whole in values.items():
            unit, label = WORDS[name]
            low, high = float(np.nanmin(whole)), float(np.nanmax(whole))
            scale, offset = max(high - low, 1e-12) / STEPS, (high + low) / 2
            stored = np.where(np.isnan(whole), FILL, np.rint((np.nan_to_num(whole) - offset) / scale)).astype(np.int16)
            if preliminary_from is not None:
                late = (times >= preliminary_from)[:, None, None]
                stored = np.stack([np.where(late, FILL, stored), np.where(late, stored, FILL)], axis=1)
            words = {"scale_factor": scale, "add_offset": offset, "units": unit, "long_name": label}
            fills = {"_FillValue": np.int16(FILL), "missing_value": np.int16(FILL)}
            _fill(file.createVariable(name, np.int16, dims), stored, **words, **fills)


def _fill(variable, values, **attributes) -> None:
    variable[:] = values
    for name, value in attributes.items():
        setattr(variable, name, value)


def _write_new(path, times, longitudes, latitudes, values, preliminary_from) -> None:
    extras.require("h5py")
    import h5py

    with h5py.File(path, "w", track_order=True) as file:
        file.attrs["Conventions"] = np.bytes_("CF-1.7")
        late = np.zeros(len(times), bool) if preliminary_from is None else times >= preliminary_from
        axes = {
            "valid_time": (times.astype(np.int64), {"units": "seconds since 1970-01-01", "standard_name": "time",
                                                    "calendar": "proleptic_gregorian"}),
            "latitude": (np.float64(latitudes), {"units": "degrees_north", "standard_name": "latitude"}),
            "longitude": (np.float64(longitudes), {"units": "degrees_east", "standard_name": "longitude"}),
        }  # fmt: skip
        for name, (axis, words) in axes.items():
            file[name] = axis
            file[name].make_scale(name)
            file[name].attrs.update({key: np.bytes_(text) for key, text in words.items()})
        file["number"] = np.int64(0)
        file.create_dataset("expver", data=np.where(late, "0005", "0001").astype(object), dtype=h5py.string_dtype())
        file["expver"].dims[0].attach_scale(file["valid_time"])
        for name, whole in values.items():
            unit, label = WORDS[name]
            data = file.create_dataset(name, data=np.float32(whole), compression="gzip", compression_opts=1,
                                       shuffle=True, chunks=whole.shape, fillvalue=np.nan)  # fmt: skip
            for i, axis in enumerate(axes):
                data.dims[i].attach_scale(file[axis])
            coordinates = "number valid_time latitude longitude expver"
            for key, text in {"units": unit, "long_name": label, "coordinates": coordinates}.items():
                data.attrs[key] = np.bytes_(text)
            data.attrs["_FillValue"] = np.float32([np.nan])
