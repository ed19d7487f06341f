"""The one writer of a Whoosh folder: batches, rebuilds, merging, the swap of CURRENT."""

from __future__ import annotations

import contextlib
import fcntl
import gc
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from whoosh import fields
from whoosh.index import FileIndex, create_in, open_dir

from search.backends.whoosh_codec import ArrayCodec, ArrayPool, TermsField
from search.backends.whoosh_generation import (
    ID_FIELD,
    PACKED_COLUMN,
    PACKED_FIELD,
    STATE_ID,
    STATE_TERM,
    TERMS_FIELD,
    GenerationReader,
)
from search.backends.whoosh_merge import merge_all, merge_small
from search.columns import Dictionary, pack
from search.contents import Contents, contents
from search.contents import fingerprint as contents_fingerprint
from search.errors import IndexUnusable
from search.model import Change, Document
from search.terms import TermTable

CURRENT_FILE, LOCK_FILE = "CURRENT", "writer.lock"
FINGERPRINT_FILE, TERMS_FILE = "made-with.json", "words.sqlite"
#: Layout of the folder; raised when files change their meaning.
FORMAT = 1
REBUILD_SEGMENT = 20_000
_WAIT_SECONDS = 10.0


def index_fingerprint() -> str:
    """What an index made by this program is marked with."""
    return f"{contents_fingerprint()}-{FORMAT}"


def current_folder(folder: Path) -> Path | None:
    """The generation folder in use; None while there is none."""
    try:
        name = (folder / CURRENT_FILE).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    return folder / name if name else None


class FolderWriter:
    """Writes one index folder; IndexUnusable locked when another process does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / LOCK_FILE).open("a")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self._lock.close()
            raise IndexUnusable("locked") from error
        self._reader: GenerationReader | None = None
        self._table: TermTable | None = None

    def close(self) -> None:
        """Lets another process write."""
        self._forget()
        self._lock.close()

    def _forget(self) -> None:
        self._reader = None
        if self._table is not None:
            self._table.close()
            self._table = None

    def _opened(self) -> tuple[GenerationReader, TermTable]:
        """The generation folder in use, made empty at first; IndexUnusable fingerprint."""
        folder = current_folder(self._folder)
        if folder is None:
            folder = self._create()
            self._point_to(folder)
        if self._reader is None or self._table is None or self._reader.folder != folder:
            if made_with(folder) != index_fingerprint():
                raise IndexUnusable("fingerprint")
            self._forget()
            self._reader = GenerationReader(folder, Dictionary())
            self._table = TermTable(folder / TERMS_FILE, writable=True)
        return self._reader, self._table

    def _create(self) -> Path:
        """A new empty generation folder that nothing points to yet."""
        numbers = [
            int(path.name[2:]) for path in self._folder.glob("g-*") if path.name[2:].isdigit()
        ]
        folder = self._folder / f"g-{max(numbers, default=0) + 1:06d}"
        folder.mkdir()
        schema = fields.Schema(
            **{
                ID_FIELD: TermsField(),
                TERMS_FIELD: TermsField(),
                PACKED_FIELD: fields.COLUMN(PACKED_COLUMN),
            }
        )
        create_in(str(folder), schema)
        told = json.dumps({"fingerprint": index_fingerprint()})
        (folder / FINGERPRINT_FILE).write_text(told, encoding="utf-8")
        TermTable(folder / TERMS_FILE, writable=True).close()
        return folder

    def _point_to(self, folder: Path) -> None:
        """Swaps CURRENT in one step and removes what nothing points to any more."""
        beside = self._folder / f"{CURRENT_FILE}.new"
        beside.write_text(folder.name, encoding="utf-8")
        _fsync(beside)
        beside.replace(self._folder / CURRENT_FILE)
        _fsync(self._folder)
        for other in self._folder.glob("g-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def apply(self, batch: Sequence[Change], upto_seq: int) -> bool:
        """See Backend.apply."""
        reader, table = self._opened()
        generation = reader.newest()
        if upto_seq <= generation.seq:
            return False
        last = {change.id: change for change in batch}
        if STATE_ID in last:
            raise ValueError("a document needs an id")
        writer = _whoosh_writer(reader.index)
        with contextlib.ExitStack() as undo:
            undo.callback(writer.cancel)
            for identity in (*last, STATE_ID):
                for row in generation.rows_of(identity):
                    writer.delete_document(row)
            for change in last.values():
                if change.document is not None:
                    _add(writer, change.document)
            _add_state(writer, upto_seq)
            undo.pop_all()
        # Words before records: a crash in between repeats the batch, which changes nothing.
        table.apply(last.values())
        writer.commit(mergetype=merge_small)
        return True

    def merge(self) -> None:
        """Makes one segment of all; for the quiet hour, when the index has grown by batches."""
        reader, _ = self._opened()
        writer = _whoosh_writer(reader.index)
        writer.commit(mergetype=merge_all)

    def rebuild(self, documents: Iterable[Document], upto_seq: int) -> int:
        """See Backend.rebuild."""
        folder = self._create()
        table = TermTable(folder / TERMS_FILE, writable=True)
        index = open_dir(str(folder))
        again: dict[str, Document] = {}
        seen: set[str] = set()
        stream = _first_of_each(documents, seen, again)
        with _collector_at_rest():
            while chunk := list(islice(stream, REBUILD_SEGMENT)):
                writer = _whoosh_writer(index)
                for document in chunk:
                    _add(writer, document)
                writer.commit(merge=False)
                table.fill(chunk)
        writer = _whoosh_writer(index)
        _add_state(writer, upto_seq if not again else upto_seq - 1)
        writer.commit(merge=False)
        table.close()
        self._forget()
        _fsync_all(folder)
        self._point_to(folder)
        if again:
            self.apply([Change.put(document) for document in again.values()], upto_seq)
        return len(seen)


def made_with(folder: Path) -> str:
    """The fingerprint that a generation folder is marked with."""
    told = json.loads((folder / FINGERPRINT_FILE).read_text(encoding="utf-8"))
    return str(told["fingerprint"])


def _first_of_each(
    documents: Iterable[Document], seen: set[str], again: dict[str, Document]
) -> Iterator[Document]:
    """Documents whose id comes for the first time; later ones are put into ``again``."""
    for document in documents:
        if document.id in seen:
            again[document.id] = document
        elif document.id == STATE_ID:
            raise ValueError("a document needs an id")
        else:
            seen.add(document.id)
            yield document


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Millions of small objects that are no garbage: walking over them costs a quarter."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _whoosh_writer(index: FileIndex) -> Any:
    writer = index.writer(codec=ArrayCodec(), compound=False, timeout=_WAIT_SECONDS)
    writer.pool.cleanup()
    writer.pool = ArrayPool()
    return writer


def _add(writer: Any, document: Document) -> None:
    held: Contents = contents(document)
    row = writer.docnum
    writer.pool.add_terms(ID_FIELD, row, {document.id: 1.0})
    writer.pool.add_terms(TERMS_FIELD, row, held.terms)
    writer.add_document(**{PACKED_FIELD: pack(document, held.length)})


def _add_state(writer: Any, seq: int) -> None:
    state = Document(id=STATE_ID, version=seq, kind="", title="")
    writer.pool.add_terms(ID_FIELD, writer.docnum, {STATE_TERM: 1.0})
    writer.add_document(**{PACKED_FIELD: pack(state, 0.0)})


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _fsync_all(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            _fsync(path)
    _fsync(folder)
