"""Texts of documents as HTML: plain text gets paragraphs and headings, HTML is cleaned; nothing comes through raw."""

from __future__ import annotations

import re
from html import escape

import nh3
from markupsafe import Markup

DELETED = "〔已删除〕"
"""What stands in for a text whose blob was erased."""

_NUMERAL = "一二三四五六七八九十百零〇"
_CHAPTER = re.compile(rf"第[{_NUMERAL}\d]+[章编节](?:\s|　|$)|[{_NUMERAL}]{{1,3}}、")
_SECTION = re.compile(rf"[（(][{_NUMERAL}]{{1,3}}[)）]")
_ARTICLE = re.compile(rf"(第[{_NUMERAL}\d]+条)[\s　]*(.*)", re.DOTALL)
_ENDS = "。；;，,：:！？"
_LONGEST_HEADING = 40

_TAGS = {
    "p", "br", "h2", "h3", "h4", "strong", "b", "em", "i", "u", "sub", "sup", "ul", "ol", "li", "blockquote", "hr",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "a",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}


def decoded(raw: bytes) -> str:
    """Return the text in a blob; UTF-8, else GB 18030, which older office systems write."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def html_of(text: str, mediatype: str) -> Markup:
    """Return a text as safe HTML: headings from h3 down, paragraphs, articles with their number set off."""
    if mediatype.partition(";")[0].strip() in ("text/html", "application/xhtml+xml"):
        return Markup(nh3.clean(text, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"}))  # noqa: S704
    lines = (line.strip(" \t\r\u3000\ufeff") for line in text.split("\n"))
    return Markup("\n".join(_block(line) for line in lines if line))  # noqa: S704 -- every block is escaped


def plain_of(text: str, mediatype: str) -> str:
    """Return a text without markup, for search and summaries."""
    if mediatype.partition(";")[0].strip() in ("text/html", "application/xhtml+xml"):
        return nh3.clean(re.sub(r"</(?:p|h\d|tr|li|td)>|<br ?/?>", "\n", text), tags=set(), attributes={})
    return text


def excerpt(text: str, length: int = 140) -> str:
    """Return the beginning of a text on one line, with an ellipsis where it was cut."""
    tight = re.sub(r"\s+", "", text[: length * 4])
    return tight if len(tight) <= length else tight[:length] + "…"


def _block(line: str) -> str:
    short = len(line) <= _LONGEST_HEADING and line[-1] not in _ENDS
    if short and _CHAPTER.match(line):
        return f"<h3>{escape(line)}</h3>"
    if short and _SECTION.match(line):
        return f"<h4>{escape(line)}</h4>"
    if match := _ARTICLE.match(line):
        return f"<p><strong>{escape(match[1])}</strong>　{escape(match[2])}</p>"
    return f"<p>{escape(line)}</p>"
