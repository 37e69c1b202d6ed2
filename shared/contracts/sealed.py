"""A personal value as events and states may carry it: encrypted, with a key that can be destroyed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Sealed(BaseModel):
    """A text under AES-256-GCM; without the key named ``key`` it is gone (密钥销毁即删除)."""

    model_config = ConfigDict(frozen=True)

    key: str
    nonce: str
    box: str
    alg: Literal["A256GCM"] = "A256GCM"
