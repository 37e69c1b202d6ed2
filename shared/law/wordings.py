"""The wordings the library of answers begins with (统一答复口径)."""

from shared.law.rows import Row


class Wording(Row):
    """A wording for one part of the notice of one decision; its code is 决定代码/部分, such as ``C6/reason``."""

    text: str
    article: str
