# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a page of the documentation is: among the ones that the zip brings along, else where they are published."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "help"  # written by scripts/make_help.py
PUBLISHED = "https://github.com/soilsharp/soilsharp/blob/main/docs"


def help_address(page: str, part: str = "", folder: Path = FOLDER) -> str:
    """Return the address of a page of docs/, as "usage", or of a part of it that is a page of its own there.

    Parameters
    ----------
    page : str
        Without its ending, as "reference/training".
    part : str
        Its anchor, as "train_blend"; here it is a page beside it.
    """
    here = folder / f"{page}.html"
    here = here.with_name(f"{part}.html") if part else here
    return here.as_uri() if here.exists() else f"{PUBLISHED}/{page}.md" + (f"#{part}" if part else "")
