# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables as text: their encoding and separator, the lines that do not fit, and what is in the others."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from ..base.errors import InputError
from ..base.names import counted
from ..base.progress import SILENT, Progress

SEPARATORS = ",;\t|"
SAMPLE = 60  # lines that tell where the header is
CHUNK = 200_000  # rows that are read between two looks at whether to stop
MAX_WRONG = 0.5  # share of lines that may be unlike the header before the table is not one
# what programs write for a number that is not known
NO_NUMBER = ["", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A",
             "NA", "NULL", "NaN", "None", "n/a", "nan", "null"]  # fmt: skip
NEWLINE, RETURN, QUOTE, HASH = ord("\n"), ord("\r"), ord('"'), ord("#")
# letters of Central Europe in cp1250 that are signs in cp1252; they count beside a letter
CENTRAL = bytes([0xB3, 0xB9, 0xBF, 0x9F, 0xA3, 0xA5, 0xAF, 0x8F, 0xBE, 0xBC])


@dataclass
class TextTable:
    """A table of text that was looked through, and not yet read.

    Attributes
    ----------
    names : list of str
        Of the columns; one that stands again has `.1` behind it, as pandas does it.
    repeated : list of str
        Names that stand more than once.
    lines : ndarray of int
        In which line of the file each row stands, counted from 1.
    wrong : list of (int, str, str)
        Lines that do not fit: number, content and reason.
    encoding, separator : str
    """

    path: Path
    names: list[str]
    repeated: list[str]
    lines: np.ndarray
    wrong: list[tuple[int, str, str]]
    encoding: str
    separator: str
    _content: bytes = field(repr=False)
    _starts: np.ndarray = field(repr=False)
    _filled: int = field(repr=False)  # columns that the rows have; they may leave the last out

    @classmethod
    def open(cls, path: str | os.PathLike, encoding: str = "auto") -> TextTable:
        """Look a file through.

        Raises
        ------
        InputError
            If it cannot be read, is no text, has no rows, or most of its lines do not fit its header.
        """
        path = Path(path)
        try:
            raw = path.read_bytes()
        except OSError as error:
            raise InputError(f"Cannot read {path}: {error.strerror}.") from error
        encoding, raw = decoded(raw, encoding, path)
        raw, buffer, starts, ends = _lines(raw)
        found = _header_line(raw, starts, ends)
        if found is None:
            raise InputError(f"{path.name} is empty.")
        head, usual = found
        header = raw[starts[head] : ends[head]].decode(encoding).strip("\r\n")
        separator = _separator(header, usual)
        names, repeated = _names(header, separator)
        kinds = _kinds(raw, buffer, starts, ends, separator, head, len(names))
        wrong = [
            (int(i) + 1, raw[starts[i] : ends[i]].decode(encoding, "replace").strip(), why)
            for i, why in kinds.wrong.items()
        ]
        rows = np.flatnonzero(kinds.good)
        filled = len(names) if separator == " " else min(len(names), kinds.columns)
        if len(wrong) > MAX_WRONG * (len(wrong) + len(rows)) or not (len(rows) or wrong):
            if not wrong:
                raise InputError(f"{path.name} has no rows.")
            line, content, why = wrong[0]
            raise InputError(
                f"{len(wrong)} of {len(wrong) + len(rows)} lines of {path.name} do not fit its header in line "
                f"{head + 1}; the first is line {line}, '{content[:120]}': {why}. Is it a table with one header?"
            )
        body, kept = _cut(raw, starts, ends, rows)
        return cls(path, names, repeated, rows + 1, wrong, encoding, separator, body, kept, filled)

    def content(self, row: int) -> str:
        """Return a row as it stands in the file."""
        end = self._content.find(b"\n", int(self._starts[row]))
        part = self._content[int(self._starts[row]) : end if end >= 0 else None]
        return part.decode(self.encoding, "replace").strip()

    def read(self, columns: Sequence[str], text: Sequence[str] = (), progress: Progress = SILENT) -> pd.DataFrame:
        """Read some columns, those of `text` as they are written and the others as numbers where they are.

        Raises
        ------
        InputError
            If pandas cannot read it after all.
        """
        there = self.names[: self._filled]
        wanted = [name for name in there if name in set(columns)]
        kinds = {name: str for name in text if name in wanted}
        missing = {name: NO_NUMBER for name in wanted if name not in kinds}
        space = self.separator == " "
        parts = []
        try:
            with pd.read_csv(
                BytesIO(self._content),
                sep=r"\s+" if space else self.separator,
                header=None,
                names=there,
                usecols=wanted,
                dtype=kinds,
                keep_default_na=False,
                na_values=missing,
                encoding=self.encoding,
                index_col=False,
                skip_blank_lines=False,
                chunksize=CHUNK,
            ) as reader:
                for chunk in reader:
                    progress.check()
                    parts.append(chunk)
        except (ValueError, pd.errors.ParserError, UnicodeDecodeError) as error:
            raise InputError(f"Cannot read {self.path.name} as a table: {error}.") from error
        frame = pd.concat(parts, ignore_index=True)
        if len(frame) != len(self.lines):
            lines = counted(len(self.lines), "line")
            raise InputError(
                f"{self.path.name} has {lines} of data but {counted(len(frame), 'row')}; a cell may hold a line "
                "end. Save it without line ends in cells."
            )
        return frame.reindex(columns=[*wanted, *(n for n in self.names if n in set(columns) - set(there))])


@dataclass
class _Kinds:
    """Which lines are rows, which are wrong and why, and how many columns the rows have at most."""

    good: np.ndarray
    wrong: dict[int, str]
    columns: int = 0


def decoded(raw: bytes, encoding: str, path: Path) -> tuple[str, bytes]:
    """Return the encoding of a text and its bytes, which are UTF-8 where they were UTF-16.

    Raises
    ------
    InputError
        If it is no text, or not in the encoding that was asked for.
    """
    if not raw.strip():
        raise InputError(f"{path.name} is empty.")
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x89HDF", b"SQLite format 3")):
        raise InputError(f"{path.name} is no text, whatever its ending says; rename it or save it as CSV.")
    try:
        if encoding != "auto":
            text = raw.decode(encoding)
            return ("utf-8", text.lstrip("\ufeff").encode()) if "16" in encoding else (encoding, raw)
        if raw.startswith(b"\xef\xbb\xbf"):
            raw = raw[3:]
        wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        if wide or raw[:2000].count(0) > len(raw[:2000]) // 4:
            kind = "utf-16" if wide else "utf-16-le" if raw[1:2] == b"\0" else "utf-16-be"
            return "utf-8", raw.decode(kind).encode()
    except (UnicodeDecodeError, LookupError) as error:
        raise InputError(f"{path.name} is not written in {encoding}: {error}. Set the encoding to 'auto'.") from error
    if b"\0" in raw:
        raise InputError(f"{path.name} is no text: it holds bytes of zero, the first at {raw.index(0)}.")
    try:
        raw.decode("utf-8")
        return "utf-8", raw
    except UnicodeDecodeError:
        likely = "cp1250" if _is_central(raw) else "cp1252"
        return ("latin-1" if _is_not(likely, raw) else likely), raw


def header_of(raw: bytes, path: Path) -> list[str]:
    """Return the names of the columns of a text of which this is the beginning.

    Raises
    ------
    InputError
        If it is empty, or no text.
    """
    encoding, raw = decoded(raw, "auto", path)
    raw, _, starts, ends = _lines(raw)
    found = _header_line(raw, starts, ends)
    if found is None:
        raise InputError(f"{path.name} is empty.")
    head, usual = found
    header = raw[starts[head] : ends[head]].decode(encoding).strip("\r\n")
    return _names(header, _separator(header, usual))[0]


def _lines(raw: bytes) -> tuple[bytes, np.ndarray, np.ndarray, np.ndarray]:
    """Return a text with line feeds, the same as numbers, and where its lines begin and end."""
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    buffer = np.frombuffer(raw, np.uint8)
    starts = np.concatenate([[0], np.flatnonzero(buffer == NEWLINE) + 1])
    starts = starts[starts < len(raw)]
    return raw, buffer, starts, np.append(starts[1:], len(raw))


def _is_central(raw: bytes) -> bool:
    found = {i for sign in CENTRAL for i in _some(raw, sign)}
    # before a letter or behind one, but m³ is no mł
    return any(raw[i + 1 : i + 2].isalpha() or (raw[i - 1 : i].isalpha() and raw[i - 1 : i] != b"m") for i in found)


def _is_not(encoding: str, raw: bytes) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return True
    return False


def _some(raw: bytes, sign: int, most: int = 50) -> list[int]:
    places: list[int] = []
    at = raw.find(sign)
    while at >= 0 and len(places) < most:
        places.append(at)
        at = raw.find(sign, at + 1)
    return places


def _header_line(raw: bytes, starts: np.ndarray, ends: np.ndarray) -> tuple[int, bytes] | None:
    """Return the first line that is no comment, no blank and no note above the table, and what parts its cells."""
    seen = []
    for i, (start, end) in enumerate(zip(starts, ends)):
        line = raw[start:end].strip()
        if line and not line.startswith(b"#"):
            seen.append((i, b"".join(line.split(b'"')[::2])))  # what is in quotes parts nothing
            if len(seen) == SAMPLE:
                break
    if not seen:
        return None
    if raw.startswith(b'"TOA5"', starts[seen[0][0]]) and len(seen) > 1:
        return seen[1][0], b","  # a Campbell logger; its lines of units then are rows without a date
    separator = _usual_separator([line for _, line in seen])
    counts = [line.count(separator) for _, line in seen]
    usual = Counter(counts[len(counts) // 2 :]).most_common(1)[0][0]
    # notes have no separator, or far fewer than the table; a header has at most one name less than there are cells
    head = next((i for (i, _), n in zip(seen, counts) if n >= max(usual - 1, min(usual, 1))), seen[0][0])
    return head, separator


def _usual_separator(lines: list[bytes]) -> bytes:
    """Return the sign that parts the cells of most lines.

    The most frequent one, but a comma only if no other stands in every row alike: commas may be those of decimals.
    """
    rows = lines[len(lines) // 2 :]
    signs = [sign.encode() for sign in SEPARATORS]
    steady = [sign for sign in signs if sign != b"," and len({line.count(sign) for line in rows}) == 1]
    return max([sign for sign in steady if rows[0].count(sign)] or signs, key=b"".join(lines).count)


def _separator(header: str, usual: bytes) -> str:
    """Return what parts the names of a header: what parts the rows, if it stands there, else its most frequent sign."""
    plain = "".join(header.split('"')[::2])
    if usual.decode() in plain:
        return usual.decode()
    best = max(SEPARATORS, key=plain.count)
    return best if best in plain else " "


def _names(header: str, separator: str) -> tuple[list[str], list[str]]:
    # one row through pandas, so that quotes mean the same here and there
    sep = r"\s+" if separator == " " else separator
    try:
        cells = pd.read_csv(BytesIO(header.encode()), sep=sep, header=None, dtype=str, keep_default_na=False).iloc[0]
    except ValueError as error:  # a line end or a quote amiss
        raise InputError(f"The header {header[:120]!r} cannot be read: {error}. Mend it.") from error
    counts: Counter[str] = Counter()
    names = []
    for i, cell in enumerate(cells):
        name = str(cell).strip() or f"column {i + 1}"
        names.append(f"{name}.{counts[name]}" if counts[name] else name)
        counts[name] += 1
    return names, [name for name, n in counts.items() if n > 1]


def _kinds(raw, buffer, starts, ends, separator, head, columns) -> _Kinds:
    n = len(starts)
    good = np.arange(n) > head
    good &= buffer[starts] != HASH
    if separator == " ":
        good &= np.fromiter((bool(raw[a:b].strip()) for a, b in zip(starts, ends)), bool, n)
        return _Kinds(good, {})
    is_separator = (buffer == ord(separator)).view(np.uint8)
    counts = np.add.reduceat(is_separator, starts, dtype=np.int32)
    wrong: dict[int, str] = {}
    if b'"' in raw:
        quotes = np.flatnonzero(buffer == QUOTE)
        per_line = np.bincount(np.searchsorted(starts, quotes, "right") - 1, minlength=n)
        at = np.flatnonzero(is_separator)
        line = np.searchsorted(starts, at, "right") - 1
        before = np.searchsorted(quotes, at) - np.searchsorted(quotes, starts)[line]
        counts = np.bincount(line[before % 2 == 0], minlength=n)
        for i in np.flatnonzero((per_line % 2 == 1) & good):
            wrong[int(i)] = "a quote is opened and not closed"
    for i in np.flatnonzero(good & (ends - starts - counts <= 2)):  # as spreadsheets write rows without anything
        good[i] = bool(raw[starts[i] : ends[i]].strip(separator.encode() + b" \r\n"))
    usual = np.bincount(counts[good]).argmax() if good.any() else columns - 1
    # rows may leave empty cells at the end out, or end with one separator too many, if they all do
    fits = (counts == columns - 1) | ((counts == usual) & (usual < columns))
    if usual == columns:
        fits |= (counts == usual) & _ends_with(buffer, starts, ends, ord(separator))
    for i in np.flatnonzero(good & ~fits):
        if not raw[starts[i] : ends[i]].strip():
            good[i] = False
        elif int(i) not in wrong:
            wrong[int(i)] = f"it has {counts[i] + 1} values where the header has {columns}"
    good[list(wrong)] = False
    if columns == 1:
        good &= ends - starts > 1
    return _Kinds(good, dict(sorted(wrong.items())), int(counts[good].max(initial=0)) + 1)


def _ends_with(buffer: np.ndarray, starts: np.ndarray, ends: np.ndarray, sign: int) -> np.ndarray:
    last = np.maximum(ends - 1, starts)
    for end in (NEWLINE, RETURN):
        last = np.where(buffer[last] == end, np.maximum(last - 1, starts), last)
    return buffer[last] == sign


def _cut(raw: bytes, starts: np.ndarray, ends: np.ndarray, rows: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Return the bytes of some lines one behind the other, and where each of them starts."""
    if not len(rows):
        return b"", np.array([], int)
    jumps = np.flatnonzero(np.diff(rows) != 1)
    first, last = rows[np.concatenate([[0], jumps + 1])], rows[np.append(jumps, len(rows) - 1)]
    content = b"".join(raw[starts[a] : ends[b]] for a, b in zip(first, last))
    lengths = ends[rows] - starts[rows]
    return content, np.concatenate([[0], np.cumsum(lengths)[:-1]])
