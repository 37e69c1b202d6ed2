"""The page of one document with everything that can be downloaded from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO, Protocol

import orjson
from markupsafe import Markup

from services.publish.views.portal.render import Pages
from services.publish.views.portal.texts import DELETED, decoded, excerpt, html_of, plain_of
from shared.contracts.facts.base import Attachment, Blob
from shared.contracts.facts.publish import InterpretationView, ItemPublished
from shared.store.blobs import BlobErased, BlobMissing

Contents = Mapping[str, bytes | None]
"""Blobs by their SHA-256; None for one that was erased."""

_UNITS = ((1 << 20, "MB"), (1 << 10, "KB"))


class Texts(Protocol):
    """Where texts and files are."""

    def open(self, digest: str) -> BinaryIO:
        """Open the content for reading. Raises ``BlobMissing`` or ``BlobErased``."""
        ...


def contents_of(blobs: Iterable[Blob], texts: Texts) -> Contents:
    """Read blobs."""
    found: dict[str, bytes | None] = {}
    for blob in blobs:
        try:
            with texts.open(blob.sha256) as file:
                found[blob.sha256] = file.read()
        except (BlobErased, BlobMissing):
            found[blob.sha256] = None
    return found


def blobs_of(item: ItemPublished) -> list[Blob]:
    """Return every blob an item's page needs."""
    found = [item.document.text, *(file.blob for file in item.document.files)]
    for view in item.interpretations:
        found += [view.text, *(file.blob for file in view.files)]
    return [blob for blob in found if blob is not None]


def plain_text(blob: Blob | None, contents: Contents) -> str:
    """Return a text without markup, ``〔已删除〕`` where it was erased, empty where there is none."""
    if blob is None:
        return ""
    raw = contents.get(blob.sha256)
    return DELETED if raw is None else plain_of(decoded(raw), blob.mediatype)


def summary_of(item: ItemPublished, contents: Contents) -> str:
    """Return what stands below the title in lists and feeds."""
    return item.document.summary or excerpt(plain_text(item.document.text, contents))


def files_of(item: ItemPublished, contents: Contents, pages: Pages) -> Iterator[tuple[str, bytes]]:
    """Yield (address, content) of every file of an item; all but the page lie in its own folder."""
    folder = item.path.removesuffix(".html")
    document = item.document
    text = plain_text(document.text, contents)
    downloads: list[tuple[str, str, str]] = []
    if document.text is not None:
        downloads.append(("全文（纯文本）", f"{folder}/text.txt", _size(len(text.encode()))))
        yield f"{folder}/text.txt", text.encode()
    downloads.append(("信息要素（JSON）", f"{folder}/data.json", ""))
    yield f"{folder}/data.json", orjson.dumps(_data(item, pages), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    attached = list(_attached(document.files, folder, "f", contents))
    interpretations = []
    for number, view in enumerate(item.interpretations, 1):
        more = list(_attached(view.files, folder, f"i{number}", contents))
        interpretations.append((view, _html(view.text, contents), [entry for entry, _ in more]))
        yield from ((entry[1], content) for entry, content in more)
    yield from ((entry[1], content) for entry, content in attached)
    downloads += [entry for entry, _ in attached]
    yield item.path, _page(item, contents, pages, interpretations, downloads)


def _page(
    item: ItemPublished,
    contents: Contents,
    pages: Pages,
    interpretations: list[tuple[InterpretationView, Markup, list[tuple[str, str, str]]]],
    downloads: list[tuple[str, str, str]],
) -> bytes:
    document = item.document
    column = pages.columns.by_code.get(item.column)
    parent = pages.columns.by_code.get(column.parent) if column is not None else None
    trail = [(parent.name, f"/columns/{parent.code}/")] if parent is not None else []
    return pages.page(
        "document.html",
        title=document.title,
        item=item,
        document=document,
        day=(document.published_on or item.first_published_at.date()).isoformat(),
        facts=_facts(item),
        summary=summary_of(item, contents),
        text=_html(document.text, contents, ours=item.report is not None),
        interpretations=interpretations,
        downloads=downloads,
        here=parent.code if parent is not None else item.column,
        trail=[*trail, (item.column_name, f"/columns/{item.column}/"), ("正文", "")],
    )


def _facts(item: ItemPublished) -> list[tuple[str, Any]]:
    document = item.document
    return [
        ("索引号", document.index_number),
        ("主题分类", document.subject),
        ("发布机构", "、".join((document.issuer, *document.joint_issuers))),
        ("文种", document.genre),
        ("成文日期", document.written_on.isoformat()),
        ("发布日期", (document.published_on or item.first_published_at.date()).isoformat()),
        ("发文字号", document.number or "无"),
        ("公开属性", document.attribute),
        ("有效性", item.validity),
        ("施行日期", document.effective_on),
        ("有效期至", item.expires_on),
        ("关键词", "、".join(document.keywords)),
    ]


def _data(item: ItemPublished, pages: Pages) -> dict[str, Any]:
    names = {name: value for name, value in _facts(item) if value}
    return {
        "url": f"{pages.site.base}/{item.path}",
        "id": item.item_id,
        "edition": item.edition,
        "title": item.document.title,
        "column": item.column_name,
        "facts": {name: str(value) for name, value in names.items()},
        "files": [
            {"name": file.name, "sha256": file.blob.sha256, "size": file.blob.size} for file in item.document.files
        ],
        "text_sha256": item.document.text.sha256 if item.document.text is not None else None,
    }


def _html(blob: Blob | None, contents: Contents, *, ours: bool = False) -> Markup:
    """Return a text as safe HTML; ``ours`` is one that this service rendered itself, and is shown as it is."""
    if blob is None:
        return Markup("")
    raw = contents.get(blob.sha256)
    if ours and raw is not None:
        return Markup(decoded(raw))  # noqa: S704 -- an annual report: its texts were escaped when it was made
    return html_of(DELETED if raw is None else decoded(raw), "text/plain" if raw is None else blob.mediatype)


def _attached(
    files: tuple[Attachment, ...], folder: str, prefix: str, contents: Contents
) -> Iterator[tuple[tuple[str, str, str], bytes]]:
    for number, file in enumerate(files, 1):
        content = contents.get(file.blob.sha256)
        if content is not None:
            address = f"{folder}/{prefix}{number}-{_safe(file.name)}"
            yield (file.name, address, _size(len(content))), content


def _safe(name: str) -> str:
    """Make a file's name safe as the last part of an address; Chinese stays."""
    tidy = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII if name.isascii() else re.UNICODE).lstrip(".-_")
    return tidy[-80:].lstrip(".-_") or "file"


def _size(size: int) -> str:
    for unit, name in _UNITS:
        if size >= unit:
            return f"{size / unit:.1f} {name}"
    return f"{size} B"
