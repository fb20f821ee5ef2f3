# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of a product, those in zip archives among them."""

from __future__ import annotations

import os
import zipfile
from contextlib import ExitStack
from pathlib import Path

from ..base.archive import Archive, gunzipped
from ..base.errors import InputError
from ..base.find import TIFF
from ..base.progress import SILENT, Progress
from ..rasters.find import product_files


def files_and_archives(
    source: str | os.PathLike,
    suffixes: tuple[str, ...],
    what: str,
    stack: ExitStack,
    refused: list[tuple[str, str]],
    progress: Progress = SILENT,
) -> list[Path]:
    """Return the files of a product as `product_files`, with those in zip archives, whatever these are called, and .gz.

    Parameters
    ----------
    source, suffixes, what
        As of `product_files`.
    stack : ExitStack
        Keeps the unpacked files until it is left.
    refused : list of (str, str)
        Gets the archives that cannot be used, and why.
    progress : Progress
    """
    out = []
    for path in progress.over(product_files(source, (*suffixes, ".zip"), what, progress)):
        try:
            if path.suffix.lower() == ".gz" and not path.stem.lower().endswith(TIFF):  # GDAL unpacks these
                out.append(stack.enter_context(gunzipped(path, progress.part(0, 0))))
                continue
            if not zipfile.is_zipfile(path) and path.suffix.lower() != ".zip":
                out.append(path)
                continue
            out += _inside(path, suffixes, stack, refused, progress.part(0, 0))
        except InputError as error:
            refused.append((path.name, str(error)))
    return out


def _inside(
    path: Path, suffixes: tuple[str, ...], stack: ExitStack, refused: list[tuple[str, str]], progress: Progress
) -> list[Path]:
    """Return the files of an archive that are read, unpacked one by one; damaged ones are refused and told."""
    out = []
    with Archive(path, progress) as archive:
        wanted = sorted(n for n in archive.names if n.name.lower().endswith(suffixes) and not n.name.startswith("."))
        if not wanted:
            raise InputError(f"It holds no files that end in {', '.join(suffixes)}.")
        for name in wanted:
            try:
                out.append(stack.enter_context(archive.file(name)))
            except InputError as error:
                refused.append((f"{path.name}/{name}", str(error)))
    return out
