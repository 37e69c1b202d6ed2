"""Evidence bundles: intact as they are, broken exactly where somebody touched them, covered and still a proof."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from services.requests.evidence import verify
from services.requests.evidence.bundle import VERIFIER, zipped
from services.requests.evidence.chain import lines
from services.requests.evidence.personal import boxes
from services.requests.evidence.verify import MANIFEST, VALUES, beginning, link_of
from services.requests.sweeps import Archivist
from shared.contracts.canonical import canonical, digest
from shared.store.blobs import Blobs
from tests.unit.requests.conftest import Desk

PERSONAL = ("陈晓禾", "13800001234", "有序用电方案", "更具体的年度", "某电力公司", "愿意等")
ZIPS = "application/zip"


async def handled(desk: Desk) -> str:
    """A case corrected, consulted about, talked over, decided, served and closed."""
    case = await desk.opened()
    await desk.step(case, "notify-correction", text="请写明更具体的年度", days=10)
    await desk.step(case, "correct", description="申请公开2025年夏季有序用电方案，更具体的年度为2025年")
    await desk.step(case, "note-contact", means="phone", summary="申请人愿意等")
    party: dict[str, Any] = {
        "kind": "third_party",
        "party": "某电力公司",
        "sent_on": "2026-03-02",
        "arrived_on": "2026-03-02",
    }
    assert (await desk.step(case, "consult", **party)).status == 200
    assert (await desk.step(case, "end-consultation", consultation=1, outcome="agreed")).status == 200
    assert (await desk.decide(case)).status == 200
    assert (await desk.step(case, "serve", way="邮寄")).status == 200
    assert (await desk.step(case, "close")).status == 200
    return case


def content(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def sealed(files: dict[str, bytes], **changes: Any) -> bytes:
    """A bundle made by somebody who seals the manifest anew after changing something."""
    manifest = json.loads(files[MANIFEST]) | changes
    names = [name for name in files if name != MANIFEST]
    manifest["files"] = {name: hashlib.sha256(files[name]).hexdigest() for name in names}
    manifest["seal"] = digest({name: value for name, value in manifest.items() if name != "seal"})
    return zipped({MANIFEST: canonical(manifest), **{name: files[name] for name in names}})


def told(folder: Path, data: bytes, *arguments: str) -> tuple[int, str]:
    """What the verifier inside a bundle says of it, on a Python without anything of ours."""
    files = content(data)
    (folder / VERIFIER).write_bytes(files[VERIFIER])
    (folder / "b.zip").write_bytes(data)
    line = [sys.executable, "-I", str(folder / VERIFIER), str(folder / "b.zip"), *arguments]
    run = subprocess.run(line, capture_output=True, timeout=30, check=False)
    assert run.stderr == b"", run.stderr.decode()
    return run.returncode, run.stdout.decode()


async def fetched(desk: Desk, case: str, query: str = "") -> bytes:
    answer = await desk.client().get(f"/requests/v1/cases/{case}/bundle.zip{query}")
    assert (answer.status, answer.headers["content-type"]) == (200, ZIPS), answer.text
    return answer.body


async def test_the_bundle_of_a_case_is_intact_and_the_same_bytes_every_time(desk: Desk, tmp_path: Path) -> None:
    case = await handled(desk)
    data = await fetched(desk, case)
    assert data == await fetched(desk, case)
    status, said = told(tmp_path, data)
    assert (status, "完整" in said, case in said) == (0, True, True), said
    files = content(data)
    for text in PERSONAL:
        assert text in json.dumps(json.loads(files[VALUES]), ensure_ascii=False), text
        assert not any(text.encode() in each for name, each in files.items() if name != VALUES)
    manifest = json.loads(files[MANIFEST])
    assert (manifest["number"], manifest["calendar"]) == ("〔2026〕第1号", "2026.1")
    events = [json.loads(line) for line in files["events.ndjson"].splitlines()]
    assert [event["id"] for event in events] == [f"{case}:{n}" for n in range(1, len(events) + 1)]
    assert json.loads(files["related.ndjson"].splitlines()[0])["type"] == "requests.number-assigned"
    assert json.loads(files["clock.json"])["lines"]


async def test_the_letters_of_a_case_are_in_the_bundle_of_whoever_may_read_them(desk: Desk) -> None:
    case = await handled(desk)
    path = f"/requests/v1/applications/{desk.deps.people.access_code(case)}/bundle.zip"
    own = content((await desk.client().get(path)).body)
    full, redacted = content(await fetched(desk, case)), content(await fetched(desk, case, "?redacted=true"))
    letters = {"letters/correction-1.docx", "letters/consultation-1.docx", "letters/decision-1.docx"}
    assert {name for name in full if name.startswith("letters/")} == letters
    assert {name for name in own if name.startswith("letters/")} == letters - {"letters/consultation-1.docx"}
    assert not any(name.startswith("letters/") for name in redacted)
    assert "陈晓禾" in content(full["letters/decision-1.docx"])["word/document.xml"].decode()


async def test_every_sealed_value_of_a_case_is_opened_in_the_full_bundle(desk: Desk) -> None:
    case = await handled(desk)
    values = json.loads(content(await fetched(desk, case))[VALUES])
    wanted = {event.id: len(list(boxes(event.data))) for event in desk.said if event.subject == case}
    assert {id_: len(fields) for id_, fields in values.items()} == {id_: n for id_, n in wanted.items() if n}


async def test_the_redacted_bundle_names_nobody_and_has_the_same_chain(desk: Desk, tmp_path: Path) -> None:
    case = await handled(desk)
    full, redacted = await fetched(desk, case), await fetched(desk, case, "?redacted=true")
    assert content(full)["events.ndjson"] == content(redacted)["events.ndjson"]
    assert told(tmp_path, redacted)[0] == 0
    for text in PERSONAL:
        assert text.encode() not in redacted
    watching = desk.client("supervisor", "s1", ())
    assert (await watching.get(f"/requests/v1/cases/{case}/bundle.zip")).code == "FORBIDDEN"
    assert (await watching.get(f"/requests/v1/cases/{case}/bundle.zip?redacted=true")).status == 200
    other = desk.client(id="officer-ja", bodies=("ja-office",))
    assert (await other.get(f"/requests/v1/cases/{case}/bundle.zip?redacted=true")).code == "FORBIDDEN"


async def test_an_applicant_gets_the_own_values_and_of_internal_matters_the_digests(desk: Desk, tmp_path: Path) -> None:
    case = await handled(desk)
    public = desk.client()
    public.key = None
    path = f"/requests/v1/applications/{desk.deps.people.access_code(case)}"
    data = (await public.get(f"{path}/bundle.zip")).body
    assert told(tmp_path, data)[0] == 0
    files = content(data)
    values = files[VALUES].decode()
    assert all(text in values for text in PERSONAL[:4])
    assert not any(text in values for text in PERSONAL[4:])
    hidden = [line for line in map(json.loads, files["events.ndjson"].splitlines()) if "event" not in line]
    assert [line["type"] for line in hidden] == ["requests.contact-noted", "requests.conversion-proposed"]
    heads = (await public.get(f"{path}/chain")).json["heads"]
    assert heads[-1] == json.loads(files[MANIFEST])["chains"]["events"]["head"]
    assert (await public.get(f"/requests/v1/applications/{case}.wrong/bundle.zip")).code == "FOLLOW_UNKNOWN"


async def test_after_erasure_the_chain_is_the_same_and_nothing_opens(desk: Desk, tmp_path: Path) -> None:
    case = await handled(desk)
    before = (await desk.client().get(f"/requests/v1/cases/{case}/chain")).json["heads"]
    await desk.post(f"/requests/v1/cases/{case}/erasure", desk.client(), "", {"reason": "申请人要求删除"})
    data = await fetched(desk, case)
    assert VALUES not in content(data)
    assert (await desk.client().get(f"/requests/v1/cases/{case}/chain")).json["heads"][: len(before)] == before
    status, said = told(tmp_path, data, "--head", before[-1])
    assert (status, f"第 {len(before)} 条事件相符" in said) == (0, True), said


async def test_closing_makes_the_package_once_and_the_log_holds_its_head(desk: Desk, tmp_path: Path) -> None:
    case = await handled(desk)
    path = f"/requests/v1/cases/{case}/package.zip"
    assert (await desk.client().get(path)).code == "NOT_ARCHIVED"
    archivist = Archivist(desk.store, desk.dispatcher, desk.deps.bundles, desk.deps.blobs, desk.law)
    assert await archivist.sweep() == 1
    assert await archivist.sweep() == 0
    await desk.settle()
    assert desk.types().count("case-archived") == 1
    kept = (await desk.case(case)).archives[0]
    package = (await desk.client().get(path)).body
    assert not any(text.encode() in package for text in PERSONAL)
    assert told(tmp_path, package, "--head", kept.head, "--sha256", kept.package.sha256)[0] == 0
    later = await fetched(desk, case)
    assert told(tmp_path, later, "--head", kept.head)[0] == 0
    assert "归档包摘要" not in told(tmp_path, later, "--sha256", kept.package.sha256)[1]
    assert told(tmp_path, later, "--sha256", kept.package.sha256)[0] == 1
    erased = Blobs(tmp_path / "others")
    assert await erased.put(package) == kept.package.sha256


async def test_what_was_made_anew_from_beginning_to_end_is_found_by_the_head_noted_in_the_log(
    desk: Desk, tmp_path: Path
) -> None:
    case = await handled(desk)
    true = (await desk.client().get(f"/requests/v1/cases/{case}/chain")).json["heads"][-1]
    files = content(await fetched(desk, case, "?redacted=true"))
    made = [json.loads(line) for line in files["events.ndjson"].splitlines()]
    made[3]["event"]["data"]["by"] = "officer-9"
    files["events.ndjson"], head = anew(made, beginning(case, "events"))
    chains = json.loads(files[MANIFEST])["chains"] | {"events": {"count": len(made), "head": head}}
    forged = sealed(files, chains=chains)
    assert told(tmp_path, forged)[0] == 0
    status, said = told(tmp_path, forged, "--head", true)
    assert (status, "归档链头不在本链中" in said) == (1, True)


def anew(made: list[dict[str, Any]], before: str) -> tuple[bytes, str]:
    """Link changed events again, as a forger does."""
    for number, line in enumerate(made, 1):
        line |= {"n": number, "prev": before}
        line["hash"] = before = link_of(line, number)
    return lines(made), before


async def test_the_verifier_names_what_was_touched_in_any_file(desk: Desk, tmp_path: Path) -> None:
    case = await handled(desk)
    files = content(await fetched(desk, case))
    changed = json.loads(files[MANIFEST]) | {"number": "〔2026〕第9号"}
    status, said = told(tmp_path, zipped({**files, MANIFEST: canonical(changed)}))
    assert (status, "清单" in said) == (1, True), said
    assert "登记编号" in told(tmp_path, sealed(files, number="〔2026〕第9号"))[1]
    for name in files:
        if name not in (MANIFEST, VERIFIER, "events.ndjson", "related.ndjson", VALUES):
            status, said = told(tmp_path, zipped({**files, name: files[name] + b" "}))
            assert (status, name in said) == (1, True), said
            status, said = told(tmp_path, zipped({each: data for each, data in files.items() if each != name}))
            assert (status, f"{name} 缺失" in said) == (1, True), said
    status, said = told(tmp_path, zipped({**files, "more.txt": b"?"}))
    assert (status, "more.txt" in said) == (1, True), said
    values = json.loads(files[VALUES])
    values[f"{case}:1"]["/name"]["value"] = "李四"
    status, said = told(tmp_path, sealed({**files, VALUES: canonical(values)}))
    assert (status, f"{case}:1）的 /name" in said) == (1, True), said
    (tmp_path / "b.zip").write_bytes(b"no zip")
    assert verify.told(str(tmp_path / "b.zip"))[0] == 2
