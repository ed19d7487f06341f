"""The records' ids, keys and numbers as numpy columns: filters, ranges, facets and sorts.

A segment never changes, so its columns are read once; a generation is the segments' columns end to
end with the deleted records masked out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from search.ipc import lineage
from search.model import Document
from search.paging import tie_number

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Floats = NDArray[np.float64]

#: The key whose values are symbols of a tree; ancestors are values too.
TREE_KEY = "ipc"


def pack(document: Document, length: float) -> bytes:
    """What the columns need of a document, as stored beside its terms."""
    numbers = {name: value for name, value in document.numbers.items() if value is not None}
    return json.dumps(
        [document.id, document.version, length, key_values(document), numbers, document.title],
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()


def key_values(document: Document) -> dict[str, list[str]]:
    """The document's keys with its kind among them and the ancestors of tree symbols."""
    keys = {name: list(dict.fromkeys(values)) for name, values in document.keys.items() if values}
    keys["kind"] = [document.kind]
    if TREE_KEY in keys:
        symbols = (step for symbol in keys[TREE_KEY] for step in lineage(symbol))
        keys[TREE_KEY] = list(dict.fromkeys(symbols))
    return keys


class Names:
    """Values of one key ↔ small numbers; grows, never forgets, shared by all generations."""

    def __init__(self) -> None:
        self.values: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, value: str) -> int:
        """The number of a value, a new one if it was never seen."""
        code = self._codes.get(value)
        if code is None:
            code = self._codes[value] = len(self.values)
            self.values.append(value)
        return code

    def known(self, values: Iterable[str]) -> list[int]:
        """The numbers of those values that were ever seen."""
        return [self._codes[value] for value in values if value in self._codes]


class Dictionary(dict[str, Names]):
    """Key → its names."""

    def __missing__(self, key: str) -> Names:
        names = self[key] = Names()
        return names


@dataclass(frozen=True)
class Columns:
    """Row i of every column is record i. A key's column is pairs (row, value)."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    versions: Ints
    lengths: Floats
    ties: Floats
    numbers: dict[str, tuple[Ints, Mask]]
    keys: dict[str, tuple[Codes, Codes]]

    @property
    def rows(self) -> int:
        """How many records, deleted ones included."""
        return len(self.ids)

    def number(self, name: str) -> tuple[Ints, Mask]:
        """A number's values and where there is one."""
        if name in self.numbers:
            return self.numbers[name]
        return np.zeros(self.rows, np.int64), np.zeros(self.rows, np.bool_)

    def having(self, key: str, codes: Sequence[int]) -> Mask:
        """The records with one of the values."""
        mask = np.zeros(self.rows, np.bool_)
        if key in self.keys and codes:
            rows, values = self.keys[key]
            one = values == codes[0] if len(codes) == 1 else None
            mask[rows[np.isin(values, codes) if one is None else one]] = True
        return mask

    def within(self, name: str, low: int | None, high: int | None) -> Mask:
        """The records whose number lies between the two, both included."""
        values, present = self.number(name)
        mask = present.copy()
        if low is not None:
            mask &= values >= low
        if high is not None:
            mask &= values <= high
        return mask

    def counts(self, key: str, chosen: Mask, names: Names) -> Ints:
        """How many chosen records have each value of a key."""
        if key not in self.keys:
            return np.zeros(len(names.values), np.int64)
        rows, values = self.keys[key]
        return np.bincount(values[chosen[rows]], minlength=len(names.values))


def unpack(packed: Iterable[bytes], dictionary: Dictionary) -> Columns:
    """The columns of a segment from what ``pack`` stored."""
    records = [json.loads(each) for each in packed]
    count = len(records)
    numbers: dict[str, tuple[Ints, Mask]] = {}
    pairs: dict[str, tuple[list[int], list[int]]] = {}
    for row, (_, _, _, keys, values, _) in enumerate(records):
        for name, value in values.items():
            if name not in numbers:
                numbers[name] = (np.zeros(count, np.int64), np.zeros(count, np.bool_))
            numbers[name][0][row] = value
            numbers[name][1][row] = True
        for key, named in keys.items():
            rows, codes = pairs.setdefault(key, ([], []))
            rows.extend([row] * len(named))
            codes.extend(map(dictionary[key].code, named))
    return Columns(
        ids=tuple(record[0] for record in records),
        titles=tuple(record[5] for record in records),
        versions=np.array([record[1] for record in records], np.int64),
        lengths=np.array([record[2] for record in records], np.float64),
        ties=np.array([tie_number(record[0]) for record in records], np.float64),
        numbers=numbers,
        keys={
            key: (np.array(rows, np.int32), np.array(codes, np.int32))
            for key, (rows, codes) in pairs.items()
        },
    )


def joined(parts: Sequence[Columns]) -> Columns:
    """Several segments' columns end to end."""
    if len(parts) == 1:
        return parts[0]
    offsets = np.cumsum([0, *(part.rows for part in parts)])
    keys: dict[str, tuple[Codes, Codes]] = {}
    for key in {key for part in parts for key in part.keys}:
        held = [
            (part.keys[key], start)
            for part, start in zip(parts, offsets, strict=False)
            if key in part.keys
        ]
        rows = np.concatenate([(pair[0] + start).astype(np.int32) for pair, start in held])
        keys[key] = (rows, np.concatenate([pair[1] for pair, _ in held]))
    numbers: dict[str, tuple[Ints, Mask]] = {}
    for name in {name for part in parts for name in part.numbers}:
        held_numbers = [part.number(name) for part in parts]
        numbers[name] = (
            np.concatenate([values for values, _ in held_numbers]),
            np.concatenate([present for _, present in held_numbers]),
        )
    return Columns(
        ids=tuple(chain.from_iterable(part.ids for part in parts)),
        titles=tuple(chain.from_iterable(part.titles for part in parts)),
        versions=np.concatenate([np.zeros(0, np.int64), *(part.versions for part in parts)]),
        lengths=np.concatenate([np.zeros(0, np.float64), *(part.lengths for part in parts)]),
        ties=np.concatenate([np.zeros(0, np.float64), *(part.ties for part in parts)]),
        numbers=numbers,
        keys=keys,
    )
