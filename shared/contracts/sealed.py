"""A personal value as events and states may carry it: encrypted, with a key that can be destroyed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Sealed(BaseModel):
    """A text under AES-256-GCM; without the key named ``key`` it is gone (密钥销毁即删除).

    ``commitment`` is SHA-256(salt ‖ canonical JSON of the text) in hex (承诺值): with the salt, which follows from the
    key, anybody can check what the text was; without it, it says nothing. Older values have none.
    """

    model_config = ConfigDict(frozen=True)

    key: str
    nonce: str
    box: str
    alg: Literal["A256GCM"] = "A256GCM"
    commitment: str = ""
