"""The index itself: several small ones, so that taking a document out for good costs one small one.

A deleted document stays in an index's files until they are merged, and this index cannot be told to merge; so a shard
that lost something is written anew from what remains and the old files are removed. No text is stored in the index:
titles and texts for display are rows.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import tantivy

from services.publish.views.search.words import pairs, tight, words

SHARDS = 8
FACETS = ("year", "body", "topic", "genre", "validity", "column")
_HEAP = 15_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A document as the index takes it. ``weight`` moves hits of one kind among each other, from 0 (last) up."""

    id: str
    title: str
    numbers: tuple[str, ...]
    text: str
    facets: Mapping[str, str]
    weight: float


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in ("title", "number"):
        builder.add_text_field(name, tokenizer_name="blanks", index_option="position")
    builder.add_text_field("text", tokenizer_name="blanks", index_option="freq")
    builder.add_text_field("words", tokenizer_name="blanks", index_option="freq")
    for name in ("title_signs", "number_signs", "signs"):
        builder.add_text_field(name, tokenizer_name="blanks", index_option="basic")
    for name in FACETS:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    builder.add_float_field("weight", fast=True)
    return builder.build()


SCHEMA = _schema()


def document(entry: Entry) -> tantivy.Document:
    """Return an entry cut into what the index holds."""
    title, text = tight(entry.title), tight(entry.text)
    numbers = [tight(number) for number in entry.numbers]
    made = tantivy.Document()
    made.add_text("id", entry.id)
    made.add_text("title", " ".join(pairs(title)))
    for number in numbers:
        made.add_text("number", " ".join(pairs(number)))
    made.add_text("text", " ".join(dict.fromkeys(pairs(text))))
    made.add_text("words", " ".join([*words(title), *words(title), *words(text)]))
    made.add_text("title_signs", " ".join(dict.fromkeys(title)))
    made.add_text("number_signs", " ".join(dict.fromkeys("".join(numbers))))
    made.add_text("signs", " ".join(dict.fromkeys(text)))
    for name, value in entry.facets.items():
        made.add_text(name, value)
    made.add_float("weight", entry.weight)
    return made


class Shard:
    """One small index in a folder of its own; ``generation`` names the folder in use."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(parents=True, exist_ok=True)
        generations = sorted(int(path.name) for path in root.iterdir() if path.name.isdigit())
        self._generation = generations[-1] if generations else 0
        for old in generations[:-1]:  # a crash came between the new files and the removal of the old ones
            shutil.rmtree(root / str(old))
        self._open()

    def _open(self) -> None:
        folder = self._root / str(self._generation)
        folder.mkdir(exist_ok=True)
        self._index = tantivy.Index(SCHEMA, path=str(folder))
        self._index.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        self.searcher = self._index.searcher()

    def change(self, entries: Iterable[Entry], gone: Iterable[str]) -> None:
        """Put entries in the place of their older editions and take others out; searchable when it returns."""
        writer = self._index.writer(heap_size=_HEAP, num_threads=1)
        for entry in entries:
            writer.delete_documents_by_term("id", entry.id)
            writer.add_document(document(entry))
        for id_ in gone:
            writer.delete_documents_by_term("id", id_)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self.searcher = self._index.searcher()

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Write the shard anew with these entries only and remove every file of the old one."""
        old = self._root / str(self._generation)
        draft = self._root / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        index = tantivy.Index(SCHEMA, path=str(draft))
        index.register_tokenizer("blanks", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for entry in entries:
            writer.add_document(document(entry))
        writer.commit()
        writer.wait_merging_threads()
        self._generation += 1
        draft.rename(self._root / str(self._generation))
        self._open()
        shutil.rmtree(old, ignore_errors=True)


class Shards:
    """All shards of one colour."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.all = [Shard(root / f"s{number}") for number in range(SHARDS)]

    def change(self, entries: Sequence[Entry], gone: Sequence[str]) -> None:
        """Change every shard that is concerned."""
        for number, shard in enumerate(self.all):
            mine = [entry for entry in entries if shard_of(entry.id) == number]
            left = [id_ for id_ in gone if shard_of(id_) == number]
            if mine or left:
                shard.change(mine, left)

    def clear(self) -> None:
        """Remove all files and start empty."""
        shutil.rmtree(self._root, ignore_errors=True)
        self.all = [Shard(self._root / f"s{number}") for number in range(SHARDS)]


def shard_of(id: str) -> int:
    """Return which shard a document is in."""
    return zlib.crc32(id.encode()) % SHARDS
