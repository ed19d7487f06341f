"""IPC symbols and Locarno classes: syntax, normal form, the levels above a symbol."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from rules.refusals import NumberRefused
from rules.typed_text import plain

SECTIONS = "ABCDEFGH"
LOCARNO_CLASSES = 32

_VERSION = re.compile(r"\s*\(\d{4}\.\d{1,2}\)\s*[A-Z]*\s*$|\s+\d{4}\.\d{2}\s*[A-Z]*\s*$", re.ASCII)
_SYMBOL = re.compile(r"([A-Z])(\d{2})([A-Z])(?:(\d{1,4})/(\d{2,6}))?", re.ASCII)
_PADDED = re.compile(r"([A-Z])(\d{2})([A-Z])(\d{4})(\d{6})", re.ASCII)
_NO_SUBGROUP = re.compile(r"([A-Z]\d{2}[A-Z])(\d{1,4})/?", re.ASCII)
_PREFIX = re.compile(r"([A-Z])(?:(\d{2})(?:([A-Z])(?:(\d{1,4})/?)?)?)?", re.ASCII)
_LOCARNO = re.compile(r"(?:LOC)?(?:\(\d{1,2}\))?(?:CL\.?)?(\d{1,2})-(\d{1,2})", re.ASCII)
_SEPARATORS = re.compile(r"[;；,，、|\n\r\t]+")


@dataclass(frozen=True, slots=True, order=True)
class IpcSymbol:
    """A subclass ("F16C") or a group ("F16C 19/06"); groups carry both numbers."""

    subclass: str
    main_group: int | None = None
    subgroup: str | None = None

    @property
    def canonical(self) -> str:
        """The normal form, one space before the group, no leading zeros."""
        if self.main_group is None:
            return self.subclass
        return f"{self.subclass} {self.main_group}/{self.subgroup}"

    @property
    def levels(self) -> tuple[str, ...]:
        """Section, class, subclass, main group, symbol: H, H01, H01M, H01M 10, H01M 10/0525."""
        above = (self.subclass[0], self.subclass[:3], self.subclass)
        if self.main_group is None:
            return above
        return (*above, f"{self.subclass} {self.main_group}", self.canonical)


def parse_ipc(text: str) -> IpcSymbol:
    """Read a subclass or group symbol; version marks are dropped, padded forms reduced.

    Raises ``NumberRefused``: ``unknown_section`` (section), ``group_incomplete`` (suggestion:
    "F16C 19/00"), ``bad_form``.
    """
    bare = _bare(text)
    _refuse_unknown_section(bare)
    padded = _PADDED.fullmatch(bare)
    if padded:
        return _symbol(padded[1] + padded[2] + padded[3], padded[4], _reduced(padded[5]))
    shape = _SYMBOL.fullmatch(bare)
    if shape and shape[4] is None:
        return IpcSymbol(bare)
    if shape:
        return _symbol(shape[1] + shape[2] + shape[3], shape[4], shape[5])
    incomplete = _NO_SUBGROUP.fullmatch(bare)
    if incomplete:
        suggestion = f"{incomplete[1]} {int(incomplete[2])}/00"
        raise NumberRefused("group_incomplete", {"suggestion": suggestion})
    raise NumberRefused("bad_form", {"given": bare})


def parse_ipc_prefix(text: str) -> str:
    """The normal form of a symbol at any level ("h01m10" → "H01M 10"), for search by prefix.

    Raises ``NumberRefused`` as ``parse_ipc`` does.
    """
    bare = _bare(text)
    _refuse_unknown_section(bare)
    shape = _PREFIX.fullmatch(bare)
    if shape is None:
        return parse_ipc(text).canonical
    head = "".join(part or "" for part in shape.groups()[:3])
    return f"{head} {int(shape[4])}" if shape[4] else head


def split_symbols(text: str) -> tuple[str, ...]:
    """The single symbols of a pasted list (separated by ; , 、 | or line ends), not yet read."""
    return tuple(part.strip() for part in _SEPARATORS.split(text) if part.strip())


def parse_locarno(text: str) -> str:
    """Read a Locarno class for designs, "LOC(14)Cl.08-06" → "08-06" (designs have no IPC).

    Raises ``NumberRefused``: ``bad_form`` (with a suggestion when only a zero is missing),
    ``unknown_class`` (class; 01 to 32 exist).
    """
    shape = _LOCARNO.fullmatch(plain(text))
    if shape is None:
        raise NumberRefused("bad_form", {"given": plain(text)})
    normal = f"{int(shape[1]):02d}-{int(shape[2]):02d}"
    if not 1 <= int(shape[1]) <= LOCARNO_CLASSES:
        raise NumberRefused("unknown_class", {"class": shape[1]})
    if len(shape[1]) + len(shape[2]) != 4 or shape[2] == "00":
        raise NumberRefused("bad_form", {"given": plain(text), "suggestion": normal})
    return normal


def _bare(text: str) -> str:
    # The version is cut before spaces go: "19/06 2006.01" would else read as a long subgroup.
    folded = unicodedata.normalize("NFKC", text).upper()
    return plain(_VERSION.sub("", folded)).replace("-", "")


def _refuse_unknown_section(bare: str) -> None:
    if bare[:1].isalpha() and bare[:1] not in SECTIONS:
        raise NumberRefused("unknown_section", {"section": bare[:1]})


def _symbol(subclass: str, main_group: str, subgroup: str) -> IpcSymbol:
    if int(main_group) == 0:
        raise NumberRefused("bad_form", {"given": f"{subclass}{main_group}/{subgroup}"})
    return IpcSymbol(subclass, int(main_group), subgroup)


def _reduced(padded: str) -> str:
    return padded.rstrip("0").ljust(2, "0")
