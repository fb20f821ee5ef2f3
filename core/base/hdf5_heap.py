# SPDX-License-Identifier: GPL-2.0-or-later
"""Heaps of HDF5, where values of any length lie, and the attributes that lead there: damaged ones end the process.

HDF5 File Format Specification 3.0, sections III.E (global heaps), IV.A (object headers and their messages).
"""

from __future__ import annotations

import math
import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

HEAP = b"GCOL\1\0\0\0"  # begins a heap
HEAP_HEAD = 16  # bytes of the head of a heap, and of each of its objects
READ_AT_ONCE = 16 << 20  # bytes
AT_FIRST = 512  # bytes of an object header that are read at once
ATTRIBUTE, CONTINUED = 0x0C, 0x10  # kinds of messages of an object header
SHARED = 2  # flag of a message that only tells where it is
ANY_LENGTH = 9  # class of a type
REFERENCE = struct.Struct("<IQI")  # to a value: its length, the place of its heap, its number there
OLD, NEW = struct.Struct("<HHB3x"), struct.Struct("<BHB")  # heads of messages: kind, bytes, flags


def any_heap(file: BinaryIO) -> bool | None:
    """Return whether a file has heaps; None if the library would never come to the end of one."""
    starts = _heaps(file)
    whole = Bytes(file)
    return None if any(_objects(whole, start) is None for start in starts) else bool(starts)


def _heaps(file: BinaryIO) -> list[int]:
    """Return where heaps begin in a file."""
    found, at, kept = [], 0, b""
    while block := file.read(READ_AT_ONCE):
        block, at = kept + block, at - len(kept)
        start = block.find(HEAP)
        while start >= 0:
            found.append(at + start)
            start = block.find(HEAP, start + 1)
        at += len(block)
        kept = block[1 - len(HEAP) :]
    return found


class Bytes:
    """The bytes of an open file."""

    def __init__(self, file: BinaryIO):
        self._file, self._size = file, os.stat(file.fileno()).st_size

    def part(self, start: int, length: int) -> bytes:
        """Return some bytes; none if there are not that many."""
        if length <= 0 or start + length > self._size:
            return b""
        return self.some(start, length)

    def some(self, start: int, most: int) -> bytes:
        """Return so many bytes, or as many as there are."""
        self._file.seek(start)
        return self._file.read(most)


def _objects(whole: Bytes, start: int) -> dict[int, int] | None:
    """Return the sizes of the objects of a heap by their numbers; None if they do not follow one another to its end.

    Of what is no heap, or is cut off, there are none: the library refuses these itself.
    """
    head = whole.part(start, HEAP_HEAD)
    length = int.from_bytes(head[len(HEAP) :], "little")
    heap = whole.part(start + HEAP_HEAD, length - HEAP_HEAD)
    if not head.startswith(HEAP) or len(heap) != length - HEAP_HEAD:
        return {}
    found, at = {}, 0
    while at + HEAP_HEAD <= len(heap):
        number, _, _, size = struct.unpack_from("<HHIQ", heap, at)
        step = -(-size // 8) * 8 + HEAP_HEAD if number else size  # what is free counts its own head
        if step < HEAP_HEAD or at + step > len(heap):
            return None
        if number:
            found[number] = size
        at += step
    return found


class Attributes:
    """The attributes of a file as they are stored.

    Those of an object with more than eight may lie in a heap of their own, with checksums, and are not looked at.

    Parameters
    ----------
    file : file of bytes
    start : int
        Where HDF5 begins in it.
    """

    def __init__(self, file: BinaryIO, start: int):
        self._whole, self._start = Bytes(file), start
        self._heaps: dict[int, dict[int, int]] = {}

    def refuse_lost(self, name: str, address: int) -> None:
        """Raise `ValueError` if values of any length of an object's attributes are not where they are said to be.

        The library reads them from there nevertheless, past the end of its own memory.

        Parameters
        ----------
        name : str
            Of the object, for the error.
        address : int
            Where it is.
        """
        try:
            for content in self._attributes(self._start + address):
                for length, heap, number in _of_any_length(content):
                    if heap and self._size(heap, number) != length:
                        raise ValueError(f"an attribute of {name} is not where the file says")
        except (struct.error, IndexError) as error:
            raise ValueError(f"what is said of {name} is cut off") from error

    def _size(self, heap: int, number: int) -> int:
        if heap not in self._heaps:
            self._heaps[heap] = _objects(self._whole, self._start + heap) or {}
        return self._heaps[heap].get(number, -1)

    def _attributes(self, start: int) -> Iterator[bytes]:
        """Give what the messages of an object header hold that are attributes, in all its parts."""
        head = self._whole.some(start, AT_FIRST)
        new = head.startswith(b"OHDR")
        form = NEW if new else OLD
        skip = form.size + (2 if new and head[5] & 4 else 0)  # the order in which it was made
        parts = [_first_part(start, head) if new else (start + 16, int.from_bytes(head[8:12], "little"))]
        for first, length in parts:  # which grow meanwhile
            at, inside = 0, first + length - start <= len(head) and first >= start
            part = head[first - start : first - start + length] if inside else self._whole.part(first, length)
            while at + skip <= len(part):
                kind, size, flags = form.unpack_from(part, at)
                at += skip + size
                if kind == ATTRIBUTE and not flags & SHARED:
                    yield part[at - size : at]
                elif kind == CONTINUED:
                    place, size = struct.unpack("<QQ", part[at - size : at][:16])
                    around = 4 if new else 0  # bytes of the signature, and of the checksum
                    following = self._start + place + around, size - 2 * around
                    if following in parts:
                        raise ValueError("an object leads back to itself")
                    parts.append(following)


def _first_part(start: int, head: bytes) -> tuple[int, int]:
    """Return where the messages of a new header begin, and their bytes."""
    flags = head[5]
    at = 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
    width = 1 << (flags & 3)
    return start + at + width, int.from_bytes(head[at : at + width], "little")


def _of_any_length(attribute: bytes) -> list[tuple[int, int, int]]:
    """Return of each value of any length of an attribute its bytes, the place of its heap and its number there."""
    version, flags, name, of_type, of_space = struct.unpack_from("<BBHHH", attribute)
    if version == 1:
        name, of_type, of_space = (-(-size // 8) * 8 for size in (name, of_type, of_space))
    at = 8 + (version == 3) + name  # the third also tells the encoding of its name
    if flags & 1 or attribute[at] & 0x0F != ANY_LENGTH:
        return []  # a flag tells that its type lies elsewhere
    (each,) = struct.unpack_from("<I", attribute, at + 8 + 4)  # bytes, of the type within
    at += of_type
    values = attribute[at + of_space :][: _count(attribute[at : at + of_space]) * REFERENCE.size]
    values = values[: len(values) // REFERENCE.size * REFERENCE.size]
    return [(length * each, heap, number) for length, heap, number in REFERENCE.iter_unpack(values)]


def _count(space: bytes) -> int:
    """Return how many values a dataspace has."""
    version, rank, _, kind = struct.unpack_from("<BBBB", space)
    if version == 2 and kind == 2:
        return 0
    return math.prod(struct.unpack_from(f"<{rank}Q", space, 8 if version == 1 else 4))
