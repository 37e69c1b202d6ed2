"""The five real documents on their way from an officer's disk to a verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.journeys.conftest import Town

OPEN = ("--set", "attribute=主动公开", "--set", "secrecy=非密")
AGENCIES = ("shanghai", "shanghai", "jingan", "shanghai", "changzhi")


async def verdicts(town: Town, corpus: list[Path], *more: str) -> list[tuple[int, str, list[str]]]:
    found = []
    for path, agency in zip(corpus, AGENCIES, strict=True):
        status, (file,) = await town.told(path, *more, agency=agency)
        (event,) = file["events"]
        found.append((status, event["state"], codes(event)))
    return found


def codes(event: dict[str, Any]) -> list[str]:
    return [defect["code"] for defect in event["defects"]]


async def test_the_five_documents_get_the_verdicts_their_texts_allow(town: Town, corpus: list[Path]) -> None:
    assert await verdicts(town, corpus, *OPEN) == [
        (0, "admitted", []),
        (0, "admitted", []),
        (0, "admitted", []),
        (0, "returned", ["ISSUER_MISSING", "DATE_MISSING"]),
        (0, "returned", ["DATE_MISSING"]),
    ]
    status, (file,) = await town.told(corpus[4], *OPEN, "--set", "written_on=2020-06-01", agency="changzhi")
    assert (status, file["events"][0]["state"]) == (0, "admitted")


async def test_an_attribute_is_read_from_the_text_and_never_invented(town: Town, corpus: list[Path]) -> None:
    assert await verdicts(town, corpus, "--set", "secrecy=非密") == [
        (0, "returned", ["ATTRIBUTE_MISSING"]),
        (0, "returned", ["ATTRIBUTE_MISSING"]),
        (0, "returned", ["ATTRIBUTE_MISSING"]),
        (0, "returned", ["ISSUER_MISSING", "DATE_MISSING", "ATTRIBUTE_MISSING"]),
        (0, "returned", ["DATE_MISSING"]),
    ]


async def test_without_a_person_saying_that_it_is_no_secret_nothing_passes_the_door(
    town: Town, corpus: list[Path]
) -> None:
    status, files = await town.told(*corpus[:2], "--set", "attribute=主动公开")
    assert status == 1
    assert [file["events"] for file in files] == [[], []]
    assert [[error["code"] for error in file["errors"]] for file in files] == [["SECRECY_MISSING"]] * 2
