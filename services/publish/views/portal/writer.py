"""Writes the pages that a change touches, and no others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from services.publish.domain.columns import Column
from services.publish.views.portal import feeds
from services.publish.views.portal.cards import PAGE, Card, Dirt, Shelves
from services.publish.views.portal.folder import Folder
from services.publish.views.portal.render import Pages

SITEMAP = 5000
"""Addresses in one part of the site map."""

_ON_HOME = 10
_INDEXES = {"topics": "按主题查阅", "years": "按年份查阅", "bodies": "按机构查阅"}
_FED = ("columns/", "topics/")
_OPENED = tuple(f"{group}/" for group in _INDEXES)
_GROUPS = (*_INDEXES, "columns")


class Writer:
    """Writes lists, feeds and the site map of a folder from what the shelves hold.

    ``dirt`` is what has changed since the lists were written.
    """

    def __init__(self, pages: Pages, folder: Folder, shelves: Shelves) -> None:
        self.pages = pages
        self.folder = folder
        self.shelves = shelves
        self.dirt: dict[str, Dirt] = defaultdict(Dirt)
        self._unlisted: set[str] = set()
        self._lines: dict[str, Markup] = {}

    def show(self, card: Card) -> None:
        """Take a card in. A list its page will link to is made here, empty, where it is a new one."""
        if card.id not in self.shelves.cards:
            self._unlisted.add(card.id)
        fresh = [name for name in card.lists if name.startswith(_OPENED) and name not in self.shelves.lists]
        moved = self.shelves.put(card)
        self._mark(moved)
        for name in card.lists:
            if name not in moved:
                self.dirt[name].places.add(self.shelves.at(name, card))
        for name in fresh:
            self._write_list(f"{name}/index.html", name, cards=(), total=0)
            if name.startswith(_FED):
                self._feed(f"{name}/", self._title(name), ())

    def hide(self, id: str) -> bool:
        """Take a card out; returns whether the lists as they are written name it."""
        listed = id in self.shelves.cards and id not in self._unlisted
        self._mark(self.shelves.take(id))
        self._unlisted.discard(id)
        return listed

    def everything(self) -> None:
        """Write all lists anew; those that the folder has although nothing stands in them are removed."""
        for name in {*self.shelves.lists, *self._lists_there()}:
            self.dirt[name].start = 0
        self.write()

    def write(self) -> None:
        """Write what is dirty: per list the pages of the list and, of the list of all, the parts of the site map."""
        self._lines.clear()
        for name, dirt in self.dirt.items():
            if name == "all":
                self._sitemap(dirt)
                self._feed("", self.pages.site.name, self._fed("all"))
            else:
                self._list(name, dirt)
        if self.dirt:
            self._overviews()
        self.dirt.clear()
        self._unlisted.clear()
        self._lines.clear()

    def _mark(self, places: Mapping[str, int]) -> None:
        for name, place in places.items():
            dirt = self.dirt[name]
            dirt.start = min(dirt.start, place)

    def _lists_there(self) -> Iterator[str]:
        for group in _GROUPS:
            folders = (path for path in (self.folder.root / group).glob("*") if path.is_dir())
            yield from (f"{group}/{path.name}" for path in folders)

    def fixed(self) -> None:
        """Write what depends on nothing but the site itself."""
        site = self.pages.site
        for address, content in self.pages.assets.values():
            self.folder.write(address, content)
        guide = self.pages.page("apply.html", title="依申请公开指南", here="request", trail=[("依申请公开", "")])
        self.folder.write("apply.html", guide)
        for name, title, lines in _MESSAGES:
            self.folder.write(name, self.pages.page("message.html", title=title, lines=lines, trail=[(title, "")]))
        robots = f"User-agent: *\nDisallow: /search\nDisallow: /console/\nSitemap: {site.base}/sitemap.xml\n"
        self.folder.write("robots.txt", robots.encode())
        for column in self.pages.columns.all:
            if not self.shelves.count(f"columns/{column.code}"):
                self._landing(f"columns/{column.code}")
                self._feed(f"columns/{column.code}/", column.name, ())
        if not self.shelves.cards:
            self._sitemap(Dirt(0))
            self._feed("", site.name, ())
            self._overviews()

    def _list(self, name: str, dirt: Dirt) -> None:
        count = self.shelves.count(name)
        column = self._column(name)
        last = (count + PAGE - 1) // PAGE
        if count == 0 and column is None:
            self.folder.remove(name)
            return
        for index in dirt.touched(count, PAGE):
            self._page(name, index, last)
        beyond = last + 1
        while (self.folder.root / name / f"p{beyond}.html").exists():
            self.folder.remove(f"{name}/p{beyond}.html")
            beyond += 1
        self._landing(name)
        if name.startswith(_FED):
            self._feed(f"{name}/", self._title(name), self._fed(name))

    def _page(self, name: str, index: int, last: int) -> None:
        number = index + 1
        self._write_list(
            f"{name}/p{number}.html",
            name,
            cards=self.shelves.page(name, index),
            number=number,
            newer=f"p{number + 1}.html" if number < last else "",
            older=f"p{number - 1}.html" if number > 1 else "",
        )

    def _landing(self, name: str) -> None:
        count = self.shelves.count(name)
        older = f"p{(count - PAGE - 1) // PAGE + 1}.html" if count > PAGE else ""
        column = self._column(name)
        children = self.pages.columns.children(column.code) if column else ()
        self._write_list(
            f"{name}/index.html",
            name,
            cards=self.shelves.newest(name, PAGE),
            total=count,
            older=older,
            about=column.about if column else "",
            children=[(child, self.shelves.count(f"columns/{child.code}")) for child in children],
        )

    def _write_list(self, address: str, name: str, cards: Sequence[Card], **values: Any) -> None:
        title, column = self._title(name), self._column(name)
        known: dict[str, Any] = {
            "number": 0, "newer": "", "older": "", "about": "", "children": [], "total": None,
            "lines": self._shown(cards), "title": title, "at": f"{name}/", "feed": name.startswith(_FED),
            "here": (column.parent or column.code) if column else "", "trail": self._trail(name, title, column),
        }  # fmt: skip
        self.folder.write(address, self.pages.page("list.html", **{**known, **values}))

    def _shown(self, cards: Sequence[Card]) -> Markup:
        """Return the lines of cards; each is rendered once however many lists it stands in."""
        lines = self._lines
        found = [lines.get(card.id) or lines.setdefault(card.id, self.pages.line(card)) for card in cards]
        return Markup("".join(found))  # noqa: S704 -- every line is escaped

    def _trail(self, name: str, title: str, column: Column | None) -> list[tuple[str, str]]:
        if column is None:
            group = name.partition("/")[0]
            return [(_INDEXES[group], f"/{group}/"), (title, "")]
        if column.parent:
            parent = self.pages.columns.by_code[column.parent]
            return [(parent.name, f"/columns/{parent.code}/"), (title, "")]
        return [(title, "")]

    def _column(self, name: str) -> Column | None:
        group, _, code = name.partition("/")
        return self.pages.columns.by_code.get(code) if group == "columns" else None

    def _title(self, name: str) -> str:
        column = self._column(name)
        return column.name if column is not None else self.shelves.title(name)

    def _fed(self, name: str) -> list[Card]:
        return self.shelves.newest(name, feeds.NEWEST)

    def _feed(self, path: str, title: str, cards: Sequence[Card]) -> None:
        site = self.pages.site
        self.folder.write(f"{path}feed.xml", feeds.atom(site.name, site.base, path, title, cards))
        self.folder.write(f"{path}feed.json", feeds.json_feed(site.name, site.base, path, title, cards))

    def _sitemap(self, dirt: Dirt) -> None:
        count, base = self.shelves.count("all"), self.pages.site.base
        parts = (count + SITEMAP - 1) // SITEMAP
        for index in dirt.touched(count, SITEMAP):
            self.folder.write(f"sitemap-{index + 1}.xml", feeds.sitemap(base, self.shelves.page("all", index, SITEMAP)))
        beyond = parts + 1
        while (self.folder.root / f"sitemap-{beyond}.xml").exists():
            self.folder.remove(f"sitemap-{beyond}.xml")
            beyond += 1
        self.folder.write("sitemap.xml", feeds.sitemap_index(base, parts))

    def _overviews(self) -> None:
        for group, title in _INDEXES.items():
            found = list(self._entries(group))
            page = self.pages.page("index.html", title=title, entries=found, trail=[(title, "")])
            self.folder.write(f"{group}/index.html", page)
        statutory = self.pages.columns.children("statutory")
        self._touch_parents()
        home = self.pages.page(
            "home.html",
            title="首页",
            total=self.shelves.count("all"),
            interpreted_total=self.shelves.count("columns/interpretation"),
            newest=self._shown(self.shelves.newest("all", _ON_HOME)),
            interpreted=self.shelves.newest("columns/interpretation", 6),
            statutory=[(child, self.shelves.count(f"columns/{child.code}")) for child in statutory],
        )
        self.folder.write("index.html", home)

    def _touch_parents(self) -> None:
        """The landing page of a column shows how many items each column below it has."""
        for column in self.pages.columns.children(""):
            if self.pages.columns.children(column.code):
                self._landing(f"columns/{column.code}")

    def _entries(self, group: str) -> Iterator[tuple[str, str, int]]:
        found = self.shelves.below(f"{group}/")
        if group == "years":
            found = sorted(found, reverse=True)
        for name, count in found:
            yield name, self._title(name), count


_MESSAGES = (
    ("404.html", "没有找到这个页面", ["地址可能有误，或者该信息从未在本平台公开。"]),
    ("410.html", "该信息已撤下", ["该信息曾在本平台公开，现已撤下，不再提供。"]),
)
