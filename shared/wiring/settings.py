"""What every service is told by its environment (``GONGKAI_…``)."""

from __future__ import annotations

import sys
from datetime import datetime
from ipaddress import ip_address, ip_network
from pathlib import Path

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """One frozen set of settings. What has no default is missing or the process does not start.

    ``kafka`` is ``host:port[,host:port]``; ``store`` is ``sqlite`` or a ``mongodb://`` address; ``now`` starts business
    time elsewhere and is for loopback only; ``egress_allow`` lists exact ``scheme://host:port`` exceptions of the
    guard; ``mirrors`` are second sites kept in step, ``hub`` a WebSub hub; ``smtp`` is ``smtp://host:port``;
    ``trusted_proxies`` are the addresses or networks of gateways that may say whom they speak for, nobody where empty;
    ``notice_font`` prints PDFs: a file, ``file#face`` of a collection, where unset searched for in the usual places.
    """

    model_config = SettingsConfigDict(env_prefix="GONGKAI_", frozen=True, extra="ignore")

    kafka: str
    store: str = "sqlite"
    data: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = Field(0, ge=0, le=65_535)
    topic_prefix: str = ""
    partitions: int = Field(4, ge=1, le=1000)
    replication: int = Field(1, ge=1, le=9)
    public_url: str = "http://127.0.0.1:8600"
    now: datetime | None = None
    egress_allow: str = ""
    kek_file: Path | None = None
    receipt_key_file: Path | None = None
    smtp: str = ""
    mail_from: str = "gongkai@example.cn"
    mirrors: str = ""
    hub: str = ""
    place: str = "shanghai"
    notice_font: str = ""
    trusted_proxies: str = ""
    disk_floor: int = Field(256 * 1024 * 1024, ge=0)
    instance: str = ""

    @field_validator("now")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("必须带时区，例如 2026-03-02T09:00:00+08:00")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, value: str) -> str:
        for each in value.split(","):
            if each.strip():
                ip_network(each.strip())
        return value

    @property
    def proxies(self) -> list[str]:
        """The gateways whose ``X-Forwarded-For`` counts."""
        return [each.strip() for each in self.trusted_proxies.split(",") if each.strip()]

    @model_validator(mode="after")
    def _no_false_time_outside(self) -> Settings:
        if self.now is not None and not self.loopback:
            raise ValueError("GONGKAI_NOW 只能与回环地址一起使用")
        return self

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the listener."""
        return self.host == "localhost" or ip_address(self.host).is_loopback


def load_settings(**given: object) -> Settings:
    """Return the settings, ``given`` ones first; names what is missing or wrong and ends the process."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        for each in error.errors():
            name = "_".join(str(part) for part in each["loc"]).upper()
            sys.stderr.write(f"设置有误：GONGKAI_{name}：{each['msg']}\n")
        raise SystemExit(2) from error
