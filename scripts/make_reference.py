# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes docs/reference/ and the table of learners from the code, so that help and pages agree: `make reference`."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGES = DOCS / "reference"
TABLE = re.compile("(<!-- learners.*-->\n).*?(<!-- end -->)", re.DOTALL)


def pages(provider) -> dict[str, str]:
    """Return the text of each page, one a group of the toolbox, by its file name."""
    by_group = {}
    for algorithm in provider.algorithms():
        by_group.setdefault(algorithm.groupId(), []).append(algorithm)
    return {
        f"{group}.md": "\n".join(_page(sorted(algorithms, key=lambda a: a.name())))
        for group, algorithms in by_group.items()
    }


def with_learners(text: str) -> str:
    """Return the page on use with the table of the learners as they are."""
    from soilsharp.core.training.learners import LEARNERS

    lines = ["| | learner | what to know | learns where a covariate is unknown |", "|---|---|---|---|"]
    for one in LEARNERS:
        lines.append(f"| `{one.key}` | {one.label} | {one.summary} | {'yes' if one.takes_gaps else ''} |")
    table = "\n".join(lines) + "\n"
    return TABLE.sub(lambda found: found[1] + table + found[2], text)


def _page(algorithms) -> list[str]:
    lines = [
        "<!-- Written by scripts/make_reference.py from the algorithms; do not edit. -->",
        f"# {algorithms[0].group()}",
        "",
    ]
    for algorithm in algorithms:
        lines += [f'<a id="{algorithm.name()}"></a>', "", f"## {algorithm.displayName()}", ""]
        lines += [f"`{algorithm.id()}`", "", algorithm.shortDescription() or "", ""]
        lines += ["| parameter | | default | what it is |", "|---|---|---|---|"]
        lines += [_row(definition) for definition in algorithm.parameterDefinitions()]
        results = [o for o in algorithm.outputDefinitions() if not algorithm.parameterDefinition(o.name())]
        if results:
            lines += ["", "| result | what it is |", "|---|---|"]
            lines += [f"| `{output.name()}` | {output.description()} |" for output in results]
        lines.append("")
    return lines


def _row(definition) -> str:
    default = "" if definition.defaultValue() in (None, "") else f"`{definition.defaultValue()}`"
    optional = definition.flags() & definition.Flag.FlagOptional
    words = [definition.description() + (" (optional)" if optional else "")]
    if definition.type() == "enum":
        words.append(_choices(definition))
    about = ": ".join(words)
    return f"| `{definition.name()}` | {about} | {default} | {definition.help()} |"


def _choices(definition) -> str:
    from soilsharp.processing.parameters import labels_of

    shown = [f"`{key}`" if key == label else f"`{key}` {label}" for key, label in labels_of(definition).items()]
    return ("any of " if definition.allowMultiple() else "one of ") + "; ".join(shown)


def main() -> None:
    """Write the pages of this checkout's provider."""
    from qgis.core import QgsApplication

    application = QgsApplication([], False)
    application.initQgis()
    from soilsharp.processing.provider import SoilSharpProvider

    provider = SoilSharpProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    PAGES.mkdir(parents=True, exist_ok=True)
    for name, text in pages(provider).items():
        (PAGES / name).write_text(text, encoding="utf-8")
    usage = DOCS / "usage.md"
    usage.write_text(with_learners(usage.read_text(encoding="utf-8")), encoding="utf-8")
    application.exitQgis()


if __name__ == "__main__":
    main()
