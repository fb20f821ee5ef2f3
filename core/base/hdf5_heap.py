# SPDX-License-Identifier: GPL-2.0-or-later
"""Heaps of HDF5, where values of any length lie, and the attributes that lead there: damaged ones end the process.

HDF5 File Format Specification 3.0, sections III.E (global heaps), IV.A (object headers and their messages).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    import h5py

HEAP = b"GCOL\1\0\0\0"  # begins a heap
HEAP_HEAD = 16  # bytes of the head of a heap, and of each of its objects
READ_AT_ONCE = 16 << 20  # bytes
ADDRESS = 8  # bytes; files with shorter ones are from before anybody wrote texts of any length
ATTRIBUTE, CONTINUED = 0x0C, 0x10  # kinds of messages of an object header
SHARED = 2  # flag of a message that only tells where it is
ANY_LENGTH = 9  # class of a type
REFERENCE = struct.Struct("<IQI")  # to a value: its length, the place of its heap, its number there


def any_endless(file: BinaryIO) -> bool:
    """Return whether the library would never come to the end of a heap in a file."""
    return any(_objects(file, start) is None for start in _heaps(file))


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


def _objects(file: BinaryIO, start: int) -> dict[int, int] | None:
    """Return the sizes of the objects of a heap by their numbers; None if they do not follow one another to its end.

    Of what is no heap, or is cut off, there are none: the library refuses these itself.
    """
    head = _part(file, start, HEAP_HEAD)
    length = int.from_bytes(head[len(HEAP) :], "little")
    heap = _part(file, start + HEAP_HEAD, length - HEAP_HEAD)
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


def _part(file: BinaryIO, start: int, length: int) -> bytes:
    """Return bytes of a file; none if it has not that many."""
    if length <= 0 or start + length > file.seek(0, 2):
        return b""
    file.seek(start)
    return file.read(length)


class Attributes:
    """The attributes of a file as they are stored.

    Those of an object with more than eight may lie in a heap of their own, with checksums, and are not looked at.

    Parameters
    ----------
    whole : file of bytes
    file : h5py.File
        The same.
    """

    def __init__(self, whole: BinaryIO, file: h5py.File):
        self._whole, self._start = whole, file.userblock_size
        self._readable = file.id.get_create_plist().get_sizes() == (ADDRESS, ADDRESS)
        self._heaps: dict[int, dict[int, int]] = {}

    def refuse_lost(self, name: str, item: h5py.HLObject) -> None:
        """Raise `ValueError` if values of any length of an object's attributes are not where they are said to be.

        The library reads them from there nevertheless, past the end of its own memory.
        """
        import h5py

        if not self._readable:
            return
        try:
            for key, attribute in self._of_any_length(h5py.h5o.get_info(item.id).addr):
                for length, heap, number in attribute:
                    if heap and self._size(heap, number) != length:
                        raise ValueError(f"{key} of {name} is not where the file says")
        except struct.error as error:
            raise ValueError(f"what is said of {name} is cut off") from error

    def _size(self, heap: int, number: int) -> int:
        if heap not in self._heaps:
            self._heaps[heap] = _objects(self._whole, self._start + heap) or {}
        return self._heaps[heap].get(number, -1)

    def _of_any_length(self, address: int) -> Iterator[tuple[str, list[tuple[int, int, int]]]]:
        """Give the names of such attributes of an object, and of each value its bytes, its heap and number there."""
        for kind, content in self._messages(self._start + address):
            if kind == ATTRIBUTE:
                version, flags, n, of_type, of_space = struct.unpack_from("<BBHHH", content)
                at = 8 + (version == 3)  # which also tells the encoding of its name
                n, of_type, of_space = (-(-size // 8) * 8 if version == 1 else size for size in (n, of_type, of_space))
                name, kind_of, space = content[at : at + n], content[at + n :], content[at + n + of_type :]
                if flags & 1 or not kind_of or kind_of[0] & 0x0F != ANY_LENGTH:
                    continue  # a flag tells that its type lies elsewhere
                (each,) = struct.unpack_from("<I", kind_of, 8 + 4)  # bytes, of the type within
                values = space[of_space:][: _count(space) * REFERENCE.size]
                values = values[: len(values) // REFERENCE.size * REFERENCE.size]
                found = [(length * each, heap, number) for length, heap, number in REFERENCE.iter_unpack(values)]
                yield name.rstrip(b"\0").decode("utf-8", "replace"), found

    def _messages(self, start: int) -> Iterator[tuple[int, bytes]]:
        """Give the kinds of the messages of an object header, and what they hold, in all its parts."""
        head = _part(self._whole, start, 16)
        new = head.startswith(b"OHDR")
        form, parts = ("<BHB", [self._first_part(start, head)]) if new else ("<HHB3x", [(start + 16, _size_of(head))])
        skip = 2 if new and head[5] & 4 else 0  # the order in which it was made
        for first, length in parts:  # which grow meanwhile
            part, at = _part(self._whole, first, length), 0
            while at + struct.calcsize(form) + skip <= len(part):
                kind, size, flags = struct.unpack_from(form, part, at)
                at += struct.calcsize(form) + skip
                content = part[at : at + size]
                at += size
                if kind == CONTINUED and len(content) >= 16:
                    place, size = struct.unpack_from("<QQ", content)
                    around = 4 if new else 0  # bytes of the signature, and of the checksum
                    following = self._start + place + around, size - 2 * around
                    if following in parts:
                        raise ValueError("an object leads back to itself")
                    parts.append(following)
                elif not flags & SHARED:
                    yield kind, content

    def _first_part(self, start: int, head: bytes) -> tuple[int, int]:
        """Return where the messages of a new header begin, and their bytes."""
        flags = head[5]
        at = start + 6 + (16 if flags & 0x20 else 0) + (4 if flags & 0x10 else 0)
        width = 1 << (flags & 3)
        return at + width, int.from_bytes(_part(self._whole, at, width), "little")


def _size_of(head: bytes) -> int:
    return int.from_bytes(head[8:12], "little")


def _count(space: bytes) -> int:
    """Return how many values a dataspace has."""
    version, rank, _, kind = struct.unpack_from("<BBBB", space)
    if version == 2 and kind == 2:
        return 0
    return math.prod(struct.unpack_from(f"<{rank}Q", space, 8 if version == 1 else 4))
