# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the entry `changelog` of metadata.txt, which the plugin portal shows, from CHANGELOG.md."""

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
METADATA = ROOT / "metadata.txt"
ENTRY = re.compile(r"^changelog=.*\n(?:[ \t]+.*\n)*", re.MULTILINE)


def changelog(metadata: str, told: str) -> str:
    """Return the entry for the version that a metadata.txt names, of the text of CHANGELOG.md."""
    version = re.search(r"^version=(.+)$", metadata, re.MULTILINE)[1]
    section = re.search(rf"^## \[{re.escape(version)}\](.*?)(?=^## |\Z)", told, re.MULTILINE | re.DOTALL)[1]
    date, *lines = _plain(section).splitlines()
    paragraphs = [f"{version}{date}"]
    for line in filter(None, map(str.rstrip, lines)):
        if line.startswith("  "):
            paragraphs[-1] += f" {line.strip()}"
        else:
            paragraphs.append(line)
    rows = [row for one in paragraphs for row in textwrap.wrap(one, 116, break_long_words=False)]
    return "changelog=" + "\n    ".join(rows) + "\n"


def _plain(text: str) -> str:
    """Return Markdown as the portal shows it, without marks; a percent sign would be taken for the name of an entry."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"^### (.*)$", r"\1:", text, flags=re.MULTILINE)
    return re.sub(r"[*`]", "", text).replace("%", "percent")


def written(metadata: str, told: str) -> str:
    """Return a metadata.txt with that entry."""
    return ENTRY.sub("", metadata).rstrip("\n") + "\n" + changelog(metadata, told)


if __name__ == "__main__":
    told = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    METADATA.write_text(written(METADATA.read_text(encoding="utf-8"), told), encoding="utf-8")
