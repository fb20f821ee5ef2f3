# SPDX-License-Identifier: GPL-2.0-or-later
"""The weights of a learner as arrays: the same arrays give the same bytes, and reading them runs no code."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping

import numpy as np

from ...base.errors import ModelFileError

_MOMENT = (1980, 1, 1, 0, 0, 0)  # a fixed moment, so that the same weights give the same bytes
_KINDS = "biufU"  # truth, whole numbers, numbers, text; never objects
_GREATEST_BYTES = 4 << 30
_GREATEST_HEADER = 10_000


def pack(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Return named arrays as an .npz archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, values in arrays.items():
            values = np.asarray(values)
            if values.dtype.kind not in _KINDS:
                raise TypeError(f"'{name}' holds {values.dtype}, which is no number, truth or text.")
            member = io.BytesIO()
            np.lib.format.write_array(member, np.asarray(values, order="C"), version=(1, 0), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", _MOMENT), member.getvalue())
    return buffer.getvalue()


def unpack(data: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of `pack`.

    Raises
    ------
    ModelFileError
        If the bytes are damaged, unpack to more than 4 GB, or hold anything but numbers and text.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > _GREATEST_BYTES:
                raise ModelFileError("The weights would unpack to more than 4 GB; this is no model of SoilSharp.")
            return {member.filename.removesuffix(".npy"): _array(archive.read(member)) for member in members}
    except ModelFileError:
        raise
    except Exception as error:  # damaged bytes may break the reader anywhere
        raise ModelFileError(f"The weights cannot be read: {error}. Train again, or ask for a new copy.") from error


def _array(data: bytes) -> np.ndarray:
    """Return an array of the .npy format, whose header may promise no more than there is."""
    file = io.BytesIO(data)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ModelFileError("The weights hold an array of a format that no model of SoilSharp has.")
    shape, in_columns, kind = np.lib.format.read_array_header_1_0(file, max_header_size=_GREATEST_HEADER)
    if kind.kind not in _KINDS or kind.hasobject:
        raise ModelFileError(f"The weights hold {kind}, a type that no model of SoilSharp has.")
    if in_columns or len(data) - file.tell() != math.prod(shape) * kind.itemsize:
        raise ModelFileError("The weights hold an array that is not as long as it says.")
    return np.frombuffer(data, kind, offset=file.tell()).reshape(shape).copy()
