"""What letters are printed with: the words of their date, and a font of the system."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from services.requests.views.notices.paper import font_of
from shared.contracts.problems import Refused
from tests.unit.requests.conftest import RULES

CODES = [each.code for each in RULES.vocabularies.decisions]


def test_without_a_font_the_refusal_says_what_to_install() -> None:
    with pytest.raises(Refused, match="fonts-noto-cjk"):
        font_of("no-such-font.ttc")


def test_a_font_is_named_with_the_face_of_its_collection(tmp_path: Path) -> None:
    font = tmp_path / "font.ttc"
    font.write_bytes(b"")
    assert font_of(f"{font}#2") == (str(font), 2)
    assert font_of(str(font)) == (str(font), 0)


def test_every_decision_has_its_answer_and_title() -> None:
    assert set(RULES.letters.answers) == set(CODES)
    assert set(RULES.letters.titles) == {code[0] for code in CODES}


def test_a_letter_keeps_the_words_of_its_date() -> None:
    assert RULES.letters.of("fee", date(2026, 1, 1)).code == "fee-1"
    with pytest.raises(LookupError):
        RULES.letters.of("fee", date(2018, 1, 1))


def test_short_names_of_statutes_are_written_out_and_nothing_else_is() -> None:
    in_full = RULES.letters.in_full
    assert in_full("条例第36条、第37条") == "《中华人民共和国政府信息公开条例》第36条、第37条"
    assert in_full("行政复议法第20条；行政诉讼法第46条").count("《中华人民共和国") == 2
    assert in_full("依照条例的规定；某市条例第3条") == "依照条例的规定；某市条例第3条"
