"""The pages of the portal as bytes. Templates are compiled once; what they are given is escaped by Jinja."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.publish.domain.columns import Columns
from services.publish.views.portal.cards import Card, slug

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content security policy of every page: no script at all."""


@dataclass(frozen=True)
class Site:
    """How the portal presents itself (网站标识): every word an installation sets about itself.

    ``base`` is its address without a slash at the end, ``apply_form`` where applications are filed on line. ``office``
    are the lines of the guide about the disclosure office (名称, 办公地址, 办公时间, 联系电话; 条例 Art. 12).
    """

    name: str = "政府信息公开平台"
    owner: str = "本级人民政府办公室"
    base: str = "http://127.0.0.1:8600"
    apply_form: str = "/requests/v1/apply"
    office: Mapping[str, str] = field(default_factory=dict)
    hub: str = ""


class Pages:
    """Renders pages of one site."""

    def __init__(self, site: Site, columns: Columns) -> None:
        self.site = site
        self.columns = columns
        self._environment = Environment(
            loader=PackageLoader("services.publish.views.portal"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,  # equal items have equal pages for as long as the process lives
        )
        self._environment.filters["slug"] = slug
        self._environment.filters["cndate"] = _date
        self._environment.globals.update(
            site=site,
            columns=columns,
            assets={name: f"/{address}" for name, (address, _) in self.assets.items()},
            filled=_filled,
        )

    @cached_property
    def assets(self) -> dict[str, tuple[str, bytes]]:
        """Name -> (address, content); an address carries a digest, so that browsers may keep the content for ever."""
        folder = files("services.publish.views.portal").joinpath("assets")
        found = {}
        for name in ("site.css", "icon.svg"):
            content = folder.joinpath(name).read_bytes()
            stem, _, suffix = name.partition(".")
            found[name] = (f"assets/{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}", content)
        return found

    def page(self, template: str, **values: Any) -> bytes:
        """Return a page."""
        return self._environment.get_template(template).render(values).encode()

    def line(self, card: Card) -> Markup:
        """Return the line of a card as lists show it."""
        return Markup(self._parts.line(card))  # noqa: S704 -- a macro's output is escaped

    @cached_property
    def _parts(self) -> Any:
        return self._environment.get_template("parts.html").module


def _date(day: Any) -> str:
    """Print a date (or its ISO form) the Chinese way."""
    text = str(day or "")[:10]
    if len(text) != 10:
        return ""
    return f"{int(text[:4])}年{int(text[5:7])}月{int(text[8:])}日"


def _filled(rows: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Leave out the rows of a table that have nothing to say."""
    return [(name, value) for name, value in rows if value]
