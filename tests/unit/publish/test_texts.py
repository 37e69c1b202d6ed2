"""Texts come through as text: nothing in them acts."""

from __future__ import annotations

from services.publish.views.portal.texts import html_of


async def test_html_texts_lose_what_acts() -> None:
    raw = '<p onclick="x()">甲<script>alert(1)</script><img src=x onerror=y><a href="javascript:z">乙</a></p>'
    cleaned = str(html_of(raw, "text/html; charset=utf-8"))
    assert "甲" in cleaned
    assert not any(bad in cleaned for bad in ("script", "onclick", "onerror", "javascript", "<img"))
