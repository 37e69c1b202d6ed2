"""Chinese script in one form for comparing: traditional → simplified (繁→简), full width → half width, odd brackets."""

import unicodedata
from functools import cache
from typing import Protocol

import opencc

# One character for one character, so that a position in the result is a position in the original.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SPACES = dict.fromkeys(map(ord, "\u3000\u00a0\u2002\u2003\u2009\u200a\u202f"), " ")
_BRACKETS = str.maketrans("﹝﹞〘〙❲❳﹙﹚﹛﹜「」『』﹁﹂﹃﹄", "〔〕〔〕〔〕(){}“”“”“”“”")
_SMALL_FORMS = str.maketrans("﹐﹑﹒﹔﹕﹖﹗－—―–─", ",、.;:?!-----")
_RADICALS = {
    code: folded
    for code in (*range(0x2E80, 0x2FE0), *range(0xF900, 0xFB00))
    if (folded := unicodedata.normalize("NFKC", chr(code))) != chr(code) and len(folded) == 1
}
_FOLD: dict[int, str | int | None] = {**_FULL_WIDTH, **_SPACES, **_BRACKETS, **_SMALL_FORMS, **_RADICALS}


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


@cache
def _converter() -> _Converter:
    # Loading the dictionaries takes a moment, so it happens on first use and once.
    converter: _Converter = opencc.OpenCC("t2s")
    return converter


def fold_width(text: str) -> str:
    """Turn full-width signs, ideographic spaces, odd brackets and CJK radicals (全角、康熙部首) into their plain forms.

    Args:
        text: any text.

    Returns:
        A text of exactly the same length, character for character.
    """
    return text.translate(_FOLD)


def simplify(text: str) -> str:
    """Bring a text into the one form in which texts are compared (简体、半角).

    Meant for matching and keys, not for display: Chinese punctuation becomes ASCII too.

    Args:
        text: any text, simplified or traditional (繁体).

    Returns:
        A text of exactly the same length; applying it twice changes nothing more.
    """
    folded = fold_width(text)
    if folded.isascii():
        return folded
    simple = _converter().convert(folded)
    if len(simple) != len(folded):  # a phrase whose two spellings differ in length: positions matter more
        simple = "".join(_one(sign) for sign in folded)
    return simple


@cache
def _one(sign: str) -> str:
    simple = _converter().convert(sign)
    return simple if len(simple) == 1 else sign
