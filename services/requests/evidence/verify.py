"""Check an evidence bundle offline (证据包离线校验). One file, Python 3.8 or newer, nothing but its standard library.

    python3 verify.py BUNDLE.zip [--head HASH] [--sha256 HASH]

Every event of the case carries the hash of the one before it. What is inside the bundle can prove that it fits
together; that nobody made the whole of it anew is proved by a hash from elsewhere: ``--head`` is the head the platform
noted when the case was filed away (归档), ``--sha256`` the digest of the package it kept then.
Exit status: 0 intact, 1 broken, 2 cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    Line = dict[str, Any]

SCHEME = "gongkai-evidence/1"
MANIFEST, VALUES = "bundle.json", "values.json"
CHAINS = {"events": "events.ndjson", "related": "related.ndjson"}
NAMES = {"events": "案件事件", "related": "关联事件"}


class Broken(Exception):
    """The bundle does not hold. The text says where, in Chinese; ``place``, ``event``, ``cause`` say it to programs."""

    def __init__(self, text: str, cause: str, place: int = 0, event: str = "") -> None:
        super().__init__(text)
        self.cause, self.place, self.event = cause, place, event


def canonical(value: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of values without fractions."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def digest(value: Any) -> str:
    """Return the SHA-256 of the canonical JSON in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def beginning(case: str, chain: str) -> str:
    """Return what stands before the first link: so a link of one case fits no other."""
    return digest({"case": case, "chain": chain, "scheme": SCHEME})


def link_of(line: Line, number: int) -> str:
    """Return the hash of a link at a place in its chain; of an event that is withheld only the digest is given."""
    about = digest({"event": line["event"], "record": line["record"]}) if "event" in line else line["digest"]
    return digest({"digest": about, "id": line["id"], "n": number, "prev": line["prev"], "type": line["type"]})


def _true_number(line: Line, most: int) -> int | None:
    """Return the place a link was made for, whatever it says now; None where its content was changed."""
    event = line.get("event", line)
    if (event["id"], event["type"]) != (line["id"], line["type"]):
        return None
    return next((n for n in [line["n"], *range(1, most + 2)] if link_of(line, n) == line["hash"]), None)


def check_chain(lines: list[Line], start: str, chain: str) -> None:
    """Raise ``Broken`` for the first link that does not fit."""
    numbers = [_true_number(line, len(lines)) for line in lines]
    before = start
    for place, line in enumerate(lines, 1):
        found = _misplaced(lines, numbers, place)
        if found is None and line["prev"] != before:
            found = _unlinked(numbers, place)
        if found is not None:
            raise _broken(lines, chain, *found)
        before = line["hash"]


def _misplaced(lines: list[Line], numbers: list[int | None], place: int) -> tuple[int, str] | None:
    """Return (place, cause) where a link is not the one made for its place."""
    number = numbers[place - 1]
    following = numbers[place] if place < len(numbers) else None
    if number is None:
        return place, "inserted" if following == place else "changed"
    if number > place:
        return place, "swapped" if place in numbers[place:] else "dropped"
    if number == place:
        return None if lines[place - 1]["n"] == place else (place, "changed")
    if number == place - 1 and _stranger(lines, numbers, place - 1):
        return place - 1, "inserted"
    return place, "inserted"


def _stranger(lines: list[Line], numbers: list[int | None], place: int) -> bool:
    """Of two links made for one place, the one at ``place`` is not what the next one goes on from."""
    following = [line["prev"] for at, line in enumerate(lines) if numbers[at] == place + 1]
    genuine = following or [lines[place]["hash"]]
    return lines[place - 1]["hash"] not in genuine


def _unlinked(numbers: list[int | None], place: int) -> tuple[int, str]:
    """Return (place, cause) where a link does not go on from the one before it, which was then made anew."""
    following = numbers[place] if place < len(numbers) else None
    if following == place:
        return place, "inserted"
    return (place - 1, "changed") if place > 1 else (1, "foreign")


TEXTS = {
    "changed": "内容被改动",
    "dropped": "之前缺失：原有的事件被删去",
    "swapped": "顺序被调换",
    "inserted": "是插入的，不属于这条链",
    "foreign": "不是本案链条的开头",
}


def _broken(lines: list[Line], chain: str, place: int, cause: str) -> Broken:
    event = str(lines[place - 1]["id"])
    return Broken(f"{NAMES[chain]}第 {place} 条（{event}）{TEXTS[cause]}", cause, place, event)


def check_end(lines: list[Line], count: int, head: str, chain: str) -> None:
    """Raise ``Broken`` where the chain does not end as the manifest says."""
    if len(lines) < count:
        text = f"{NAMES[chain]}末尾缺失：清单记载 {count} 条，实有 {len(lines)} 条"
        raise Broken(text, "dropped", len(lines) + 1)
    if len(lines) > count:
        raise _broken(lines, chain, count + 1, "inserted")
    if lines and lines[-1]["hash"] != head:
        raise _broken(lines, chain, len(lines), "changed")


def check_case(lines: list[Line], manifest: dict[str, Any]) -> None:
    """Raise ``Broken`` where the events are another case's, or contradict the manifest or a head noted before."""
    for place, line in enumerate(lines, 1):
        if line["id"] != f"{manifest['case']}:{place}":
            raise Broken(f"案件事件第 {place} 条（{line['id']}）不是本案的第 {place} 条", "foreign", place, line["id"])
        noted = line.get("event", {}).get("data", {})
        registered = line["type"] == "requests.request-registered"
        if registered and noted["number"] != manifest["number"]:
            raise Broken(f"清单的登记编号与第 {place} 条事件不符", "manifest", place, line["id"])
        archived = line["type"] == "requests.case-archived"
        if archived and lines[noted["events"] - 1]["hash"] != noted["head"]:
            raise Broken(f"第 {place} 条事件记载的归档链头与第 {noted['events']} 条不符", "changed", noted["events"])


def commitments(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield (pointer, commitment) of every personal value."""
    if isinstance(value, dict):
        if set(value) == {"commitment"}:
            yield path, value["commitment"]
        for name, each in value.items():
            yield from commitments(each, f"{path}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from commitments(each, f"{path}/{number}")


def check_values(lines: list[Line], values: dict[str, dict[str, dict[str, str]]]) -> int:
    """Raise ``Broken`` where a personal value is not what was committed to; return how many were checked."""
    known = {line["id"]: (place, line) for place, line in enumerate(lines, 1)}
    checked = 0
    for event, fields in values.items():
        place, line = known.get(event, (0, {}))
        given = dict(commitments(line.get("event", {}).get("data", {})))
        for pointer, opened in fields.items():
            made = hashlib.sha256(bytes.fromhex(opened["salt"]) + canonical(opened["value"])).hexdigest()
            if given.get(pointer) != made:
                raise Broken(f"第 {place} 条事件（{event}）的 {pointer}：内容与承诺值不符", "changed", place, event)
            checked += 1
    return checked


def check_files(bundle: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    """Raise ``Broken`` where the manifest, or a file it names, is not as it was sealed."""
    if digest({name: value for name, value in manifest.items() if name != "seal"}) != manifest.get("seal"):
        raise Broken(f"清单 {MANIFEST} 被改动：与封签不符", "manifest")
    names = bundle.namelist()
    files = manifest["files"]
    for name in [*files, *names]:
        if names.count(name) != 1 or (name not in files and name != MANIFEST):
            raise Broken(f"文件 {name} {'缺失' if name not in names else '不在清单中，或者重复'}", "file")
    for name, expected in files.items():
        if hashlib.sha256(bundle.read(name)).hexdigest() != expected:
            raise Broken(f"文件 {name} 被改动：与清单的摘要不符", "file")


def read_lines(bundle: zipfile.ZipFile, name: str) -> list[Any]:
    """Return the JSON values in the lines of a file; none where it is missing."""
    data = bundle.read(name) if name in bundle.namelist() else b""
    return [json.loads(line) for line in data.split(b"\n") if line]


def check(path: str, head: str = "", sha256: str = "") -> dict[str, Any]:
    """Return what was found intact. Raises ``Broken``, or ``ValueError`` and its like for what is no bundle."""
    if sha256 and hashlib.sha256(Path(path).read_bytes()).hexdigest() != sha256.lower():
        raise Broken("整个文件的摘要与给出的不同：不是归档时保存的那一份", "package")
    with zipfile.ZipFile(path) as bundle:
        manifest = json.loads(bundle.read(MANIFEST))
        chains = {chain: read_lines(bundle, name) for chain, name in CHAINS.items()}
        for chain, lines in chains.items():
            check_chain(lines, beginning(manifest["case"], chain), chain)
            check_end(lines, manifest["chains"][chain]["count"], manifest["chains"][chain]["head"], chain)
        check_case(chains["events"], manifest)
        opened = sum(check_values(chains["events"], values) for values in read_lines(bundle, VALUES))
        check_files(bundle, manifest)
    hashes = ["", *(line["hash"] for line in chains["events"])]
    if head.lower() not in hashes:
        raise Broken("归档链头不在本链中：整条链是重新编造的，或者不是同一案件", "head")
    return {"manifest": manifest, "events": len(hashes) - 1, "opened": opened, "anchored": hashes.index(head.lower())}


def report(found: dict[str, Any]) -> str:
    """Return what was found in words."""
    manifest, opened, anchored = found["manifest"], found["opened"], found["anchored"]
    whole = f"完整：{manifest['case']}　{manifest['number'] or '未登记编号'}　{found['events']} 条事件首尾相接"
    people = f"{opened} 项与承诺值相符" if opened else "未附（已遮盖或者已删除）"
    anchor = "未给出：只能证明包内前后一致。请以归档记录中的链头用 --head 再校验一次"
    if anchored:
        anchor = f"与第 {anchored} 条事件相符"
    return f"{whole}\n链头：{manifest['chains']['events']['head']}\n个人信息：{people}\n归档链头：{anchor}"


def told(bundle: str, head: str = "", sha256: str = "") -> tuple[int, str]:
    """Return the exit status and what to say of a file."""
    try:
        return 0, report(check(bundle, head, sha256))
    except Broken as error:
        return 1, f"不完整：{error}"
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile) as error:
        return 2, f"无法校验：这不是证据包，或者文件已损坏（{type(error).__name__}：{error}）"


def main(arguments: list[str] | None = None) -> int:
    """Check the file named on the command line."""
    parser = argparse.ArgumentParser(description="离线校验依申请公开证据包")
    parser.add_argument("bundle", help="证据包（zip）")
    parser.add_argument("--head", default="", help="归档记录中的链头")
    parser.add_argument("--sha256", default="", help="归档记录中的归档包摘要")
    status, text = told(**vars(parser.parse_args(arguments)))
    sys.stdout.buffer.write(f"{text}\n".encode())
    return status


if __name__ == "__main__":
    sys.exit(main())
