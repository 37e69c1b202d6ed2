"""Connecting to MongoDB: which driver, with which promises, and what its errors mean."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from pymongo.errors import PyMongoError

from shared.store.port import Unavailable

_SAFE: dict[str, Any] = {
    "w": "majority",
    "journal": True,
    "readConcernLevel": "majority",
    "connectTimeoutMS": 5_000,
    "serverSelectionTimeoutMS": 5_000,
    "socketTimeoutMS": 15_000,
}


@asynccontextmanager
async def unavailable() -> AsyncIterator[None]:
    """Turn what the driver says about servers and networks into ``Unavailable``."""
    try:
        yield
    except PyMongoError as error:
        raise Unavailable(f"MongoDB: {type(error).__name__}: {error}") from error


def connect(url: str) -> Any:
    """Return a client of PyMongo's async API, or of motor for ``mongodb+motor://``."""
    if url.startswith("mongodb+motor:"):
        from motor.motor_asyncio import AsyncIOMotorClient

        return AsyncIOMotorClient(url.replace("+motor", "", 1), **_SAFE)
    from pymongo import AsyncMongoClient

    return AsyncMongoClient(url, **_SAFE)
