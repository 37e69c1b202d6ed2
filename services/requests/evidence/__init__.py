"""Proof of one case (一案一链): its events as a chain of hashes, in one file that anybody can check offline."""

from services.requests.evidence.bundle import Bundles, File
from services.requests.evidence.personal import Audience
from services.requests.evidence.places import Histories, History, Lying, Places, catching_up

__all__ = ["Audience", "Bundles", "File", "Histories", "History", "Lying", "Places", "catching_up"]
