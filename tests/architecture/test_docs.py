"""What the documentation says exists: its links, the verbs and targets it names, every decision in the index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from gongkai.cli import app

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LONGEST_README = 120
GENERATED = ("events.md", "errors.md")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"(?:^|\s)gongkai((?: +[a-z]+)+)")
_OPTION = re.compile(r" (--?[a-z][a-z-]*)")
_TARGET = re.compile(r"(?:^|\s)make ([a-z]+)")
_MODULE = re.compile(r"(?:shared|services|gongkai|tests|bench)/[\w./]+\w")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def commands(page: Path) -> Iterator[str]:
    """Yield every command line of a page: those of its console blocks and those in running text."""
    text = page.read_text(encoding="utf-8")
    for kind, block in _CODE.findall(text):
        if kind == "console":
            joined = re.sub(r"\\\n\s*", " ", block)
            yield from (line.removeprefix("$ ").partition("  #")[0] for line in joined.splitlines())
    yield from (code for code in _INLINE.findall(_CODE.sub("", text)) if code.startswith(("gongkai ", "make ")))


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as the hosting site makes them."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_readme_is_one_page_that_opens_in_chinese() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_README
    first = next(line for line in lines if line and not line.startswith("#"))
    assert re.search(r"[一-鿿]{4}", first)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _LINK.findall(page.read_text(encoding="utf-8")):
        if link.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_verb_and_option_exists(page: Path) -> None:
    unknown = [line for line in commands(page) if _COMMAND.search(line) and not _exists(line)]
    assert unknown == []


def _exists(line: str) -> bool:
    """Follow the words of a command line down the verbs; every option has to be one of the last verb's."""
    found = _COMMAND.search(line)
    assert found is not None
    node = typer.main.get_command(app)
    for word in found[1].split():
        children = getattr(node, "commands", {})
        if not children:
            break
        if word not in children:
            return False
        node = children[word]
    options = {option for each in node.params for option in each.opts} | {"--help"}
    given = _OPTION.findall(re.sub(r"\"[^\"]*\"|'[^']*'", "", line[found.start() :]).partition(" | ")[0])
    return set(given) <= options


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_exists(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {name for line in commands(page) for name in _TARGET.findall(line)} - targets == set()


@pytest.mark.parametrize("page", [p for p in PAGES if p.name not in GENERATED], ids=named)
def test_every_module_that_is_named_exists(page: Path) -> None:
    text = _CODE.sub("", page.read_text(encoding="utf-8"))
    paths = {path for code in _INLINE.findall(text) for path in _MODULE.findall(code) if path in code.split()}
    gone = [path for path in sorted(paths) if not (ROOT / path).exists() and not list(ROOT.glob(path + "*"))]
    assert gone == []


def test_every_decision_is_in_the_index_once_and_has_its_five_parts() -> None:
    folder = ROOT / "docs" / "adr"
    index = _LINK.findall((folder / "README.md").read_text(encoding="utf-8"))
    assert index == [path.name for path in sorted(folder.glob("0*.md"))]
    for path in folder.glob("0*.md"):
        text = path.read_text(encoding="utf-8")
        parts = ("**Context.**", "**Decision.**", "**Alternatives.**", "**Consequences.**", "**Look again when**")
        assert [part for part in parts if part not in text] == [], path.name


def test_every_picture_is_shown_and_small() -> None:
    folder = ROOT / "docs" / "screenshots"
    shown = {Path(link).name for page in PAGES for link in _LINK.findall(page.read_text(encoding="utf-8"))}
    assert [path.name for path in folder.iterdir() if path.name not in shown] == []
    assert [path.name for path in folder.iterdir() if path.stat().st_size > 300_000] == []
