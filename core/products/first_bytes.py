# SPDX-License-Identifier: GPL-2.0-or-later
"""The first bytes of a download, in which its format shows, or that it is none."""

from __future__ import annotations

from pathlib import Path

from ..base.errors import InputError

HEAD = 4096  # bytes in which a format shows


def first_bytes(path: Path) -> bytes:
    """Return the first bytes of a file.

    Raises
    ------
    InputError
        If it cannot be read, is empty, or is a page that a data centre sent instead of data.
    """
    try:
        with open(path, "rb") as file:
            start = file.read(HEAD)
    except OSError as error:
        raise InputError(f"It cannot be read: {error.strerror}.") from error
    if not start:
        raise InputError("It is empty; download it again.")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        raise InputError("It is a web page and no data; the download went wrong, perhaps for want of a login.")
    return start
