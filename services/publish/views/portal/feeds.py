"""Machine-readable lists: Atom, JSON Feed 1.1 and the site map."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape

import orjson

from services.publish.views.portal.cards import Card

NEWEST = 50
"""Entries in a feed; it says so itself and names the complete list."""

_IMPROPER = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NEVER = "1970-01-01T00:00:00+08:00"


def atom(site: str, base: str, path: str, title: str, cards: Sequence[Card]) -> bytes:
    """Return an Atom feed (RFC 4287) of a list whose pages are below ``path``."""
    home = f"{base}/{path}"
    head = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">',
        f"<id>{escape(home)}</id>",
        f"<title>{escape(title)}</title>",
        f"<subtitle>最近 {NEWEST} 条；完整列表见 {escape(home)}</subtitle>",
        f"<updated>{max((card.stamp for card in cards), default=_NEVER)}</updated>",
        f"<author><name>{escape(site)}</name></author>",
        f'<link rel="self" type="application/atom+xml" href="{escape(home)}feed.xml"/>',
        f'<link rel="alternate" type="text/html" href="{escape(home)}"/>',
    ]
    return "\n".join([*head, *(_entry(base, card) for card in cards), "</feed>", ""]).encode()


def _entry(base: str, card: Card) -> str:
    address = escape(f"{base}/{card.path}")
    return (
        f"<entry><id>{address}</id><title>{escape(card.title)}</title>"
        f"<updated>{card.stamp}</updated><published>{card.day}T00:00:00+08:00</published>"
        f"<author><name>{escape(card.issuer)}</name></author>"
        f'<link rel="alternate" type="text/html" href="{address}"/>'
        f'<category term="{escape(card.column, {chr(34): "&quot;"})}"/>'
        f"<summary>{escape(_clean(card.summary))}</summary></entry>"
    )


def _clean(text: str) -> str:
    """Drop what XML 1.0 cannot hold."""
    return _IMPROPER.sub("", text)


def json_feed(site: str, base: str, path: str, title: str, cards: Sequence[Card]) -> bytes:
    """Return the same as JSON Feed 1.1."""
    items = [
        {
            "id": f"{base}/{card.path}",
            "url": f"{base}/{card.path}",
            "title": card.title,
            "content_text": card.summary or card.title,
            "date_published": f"{card.day}T00:00:00+08:00",
            "date_modified": card.stamp,
            "authors": [{"name": card.issuer}],
            "tags": [card.column, card.validity],
            "language": "zh-CN",
        }
        for card in cards
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": f"{base}/{path}",
        "feed_url": f"{base}/{path}feed.json",
        "description": f"最近 {NEWEST} 条；完整列表见 {base}/{path}",
        "language": "zh-CN",
        "authors": [{"name": site}],
        "items": items,
    }
    return orjson.dumps(feed, option=orjson.OPT_INDENT_2)


def sitemap(base: str, cards: Sequence[Card]) -> bytes:
    """Return one part of the site map."""
    lines = [f"<url><loc>{escape(base)}/{card.path}</loc><lastmod>{card.stamp}</lastmod></url>" for card in cards]
    return "\n".join([*_URLSET, *lines, "</urlset>", ""]).encode()


def sitemap_index(base: str, parts: int) -> bytes:
    """Return the index of the site map."""
    lines = [f"<sitemap><loc>{escape(base)}/sitemap-{part + 1}.xml</loc></sitemap>" for part in range(parts)]
    return "\n".join([*_INDEX, *lines, "</sitemapindex>", ""]).encode()


_XML = '<?xml version="1.0" encoding="utf-8"?>'
_URLSET = (_XML, '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
_INDEX = (_XML, '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">')
