# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes the pages of docs/ as HTML into a folder, for the zip and for the desktop: `make_help.py help`.

The reference is divided into one page an algorithm, which Help and F1 open: a browser that is given a file forgets
which part of it was meant on some systems.
"""

import re
import shutil
import sys
from html import escape
from pathlib import Path

from markdown import Markdown

DOCS = Path(__file__).resolve().parents[1] / "docs"
HOME = "usage"  # the page that others lead back to
ALGORITHM = re.compile(r'^<a id="(\w+)"></a>$', re.MULTILINE)
LINK = re.compile(r'((?:href|src)=")(?!\w+:|#)([^"#]*?)(\.md)?(#[^"]*)?(")')
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title} - SoilSharp</title>
<link rel="stylesheet" href="{up}help.css">
</head>
<body>
<nav><a href="{up}first-hour.html">First hour</a> <a href="{up}usage.html">How to use SoilSharp</a>
<a href="{up}bring-your-data.html">Bring your data</a> <a href="{up}methods.html">Methods</a>
<a href="{up}reference/index.html">All algorithms</a></nav>
<main>
{body}
</main>
</body>
</html>
"""
STYLE = """:root { color-scheme: light dark; --line: #d5dbe0; --quiet: #5b6770; --link: #14507d; --code: #f2f5f7; }
@media (prefers-color-scheme: dark) { :root { --line: #3a444c; --quiet: #9aa7b0; --link: #7fbce6; --code: #20272c; } }
body { font: 16px/1.55 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1rem 1.5rem 4rem; }
nav { border-bottom: 1px solid var(--line); margin-bottom: 1.5rem; padding-bottom: .6rem; }
nav a { margin-right: 1.2rem; white-space: nowrap; }
a { color: var(--link); }
h1, h2, h3 { line-height: 1.25; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem .35rem 0; text-align: left; vertical-align: top; }
th { color: var(--quiet); font-weight: 600; }
code { background: var(--code); border-radius: 3px; font-size: .9em; padding: .1em .25em; }
pre { background: var(--code); border-radius: 5px; overflow-x: auto; padding: .8rem; }
pre code { padding: 0; }
img { height: auto; max-width: 100%; }
"""


def html(text, up):
    """Return a page of Markdown as one of HTML; `up` leads to the folder of all pages."""
    body = Markdown(extensions=["tables", "fenced_code", "sane_lists", "toc"]).convert(text)
    title = re.search(r"<h[12][^>]*>(.*?)</h", body)
    linked = LINK.sub(lambda found: _link(*found.groups(), up=up), body)
    return PAGE.format(title=title[1] if title else "SoilSharp", up=up, body=linked)


def _link(before, path, ending, part, after, up):
    """Return a link to a page as the pages are called here; the reference of one algorithm is a page of its own."""
    if ending and part and Path(path).parent.name == "reference":
        return f"{before}{up}reference/{part[1:]}.html{after}"
    return f"{before}{path}{'.html' if ending else ''}{part or ''}{after}"


def algorithms(text):
    """Return the parts of a page of the reference, by the name of their algorithm."""
    _, *parts = ALGORITHM.split(text)
    return dict(zip(parts[::2], parts[1::2]))


def main(folder):
    """Write all pages."""
    folder = Path(folder)
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(DOCS / "images", folder / "images")
    (folder / "help.css").write_text(STYLE, encoding="utf-8")
    (folder / "reference").mkdir()
    for path in sorted(DOCS.rglob("*.md")):
        place = path.relative_to(DOCS)
        target = (folder / place).with_suffix(".html")
        target.parent.mkdir(exist_ok=True)
        if place.parts[0] != "reference":
            target.write_text(html(path.read_text("utf-8"), "../" * (len(place.parts) - 1)), encoding="utf-8")
    index = ["# All algorithms"]
    for path in sorted((DOCS / "reference").glob("*.md")):
        text = path.read_text("utf-8")
        index.append(f"## {re.search('^# (.*)$', text, re.MULTILINE)[1]}")
        for name, part in algorithms(text).items():
            title = re.search("^## (.*)$", part, re.MULTILINE)[1]
            index.append(f"- [{escape(title)}]({name}.html)")
            (folder / "reference" / f"{name}.html").write_text(html(part, "../"), encoding="utf-8")
    (folder / "reference" / "index.html").write_text(html("\n\n".join(index), "../"), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
