"""The vault: what is sealed opens for its owner and field alone, and never again once the key is destroyed."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.sealed import Sealed
from shared.security.keyfiles import load_key
from shared.security.vault import ERASED, KeyDestroyed, Proof, Vault, VaultError, commitment_of

KEK = bytes(range(32))
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NAME = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    made = Vault(tmp_path / "vault.db", KEK)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_vault() -> Iterator[Vault]:
    made = Vault(":memory:", KEK)
    yield made
    made.close()


@given(NAME, NAME, TEXT)
def test_what_is_sealed_opens_again(shared_vault: Vault, owner: str, field: str, text: str) -> None:
    sealed = shared_vault.seal(owner, field, text)
    assert shared_vault.open_(Sealed.model_validate_json(sealed.model_dump_json()), owner, field) == text


@given(NAME, NAME, NAME, NAME, TEXT)
def test_nothing_opens_as_another_owners_or_another_field(
    shared_vault: Vault, owner: str, field: str, other: str, else_: str, text: str
) -> None:
    sealed = shared_vault.seal(owner, field, text)
    shared_vault.ensure([other])
    if (owner, field) != (other, else_):
        with pytest.raises(VaultError):
            shared_vault.open_(sealed.model_copy(update={"key": other}), other, else_)


@given(TEXT, st.sampled_from(["nonce", "box"]), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_does_not_open(shared_vault: Vault, text: str, part: str, place: int, change: int) -> None:
    sealed = shared_vault.seal("r-1", "name", text)
    raw = bytearray(base64.b64decode(getattr(sealed, part)))
    raw[place % len(raw)] ^= change
    with pytest.raises(VaultError):
        shared_vault.open_(sealed.model_copy(update={part: base64.b64encode(raw).decode()}), "r-1", "name")


@pytest.mark.parametrize("garbage", ["", "!", "AAAA", "张"])
def test_garbage_is_an_error_of_the_vault(vault: Vault, garbage: str) -> None:
    vault.ensure(["r-1"])
    with pytest.raises(VaultError):
        vault.open_(Sealed(key="r-1", nonce=garbage, box=garbage), "r-1", "name")


def test_equal_texts_are_sealed_differently(vault: Vault) -> None:
    assert vault.seal("r-1", "name", "甲").box != vault.seal("r-1", "name", "甲").box


def test_a_destroyed_key_erases_everything_it_sealed_and_nothing_else(vault: Vault) -> None:
    gone = [vault.seal("r-1", field, "张三丰测试甲") for field in ("name", "phone")]
    kept = vault.seal("r-2", "name", "李四测试乙")
    vault.destroy("r-1")
    vault.destroy("r-1")
    assert [vault.open_(sealed, "r-1", field) for sealed, field in zip(gone, ("name", "phone"), strict=True)] == (
        [ERASED, ERASED]
    )
    assert vault.open_(kept, "r-2", "name") == "李四测试乙"


def test_nothing_new_is_kept_about_someone_erased(vault: Vault) -> None:
    vault.destroy("r-1")
    vault.ensure(["r-1"])
    with pytest.raises(KeyDestroyed):
        vault.seal("r-1", "name", "甲")


def test_a_destroyed_key_is_in_no_file_of_the_folder(tmp_path: Path) -> None:
    path = tmp_path / "vault.db"
    vault = Vault(path, KEK)
    vault.ensure(f"r-{n}" for n in range(200))
    with sqlite3.connect(path) as reader:
        wrapped = [row[0] for row in reader.execute("select wrapped from keys where owner like 'r-1%'")]
    reader.close()
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert all(key in held for key in wrapped), "the search finds keys that are there"
    for n in range(200):
        if str(n).startswith("1"):
            vault.destroy(f"r-{n}")
    left = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    vault.close()
    assert len(wrapped) == 111
    assert not any(key in left for key in wrapped)


def test_keys_and_erasures_outlive_the_process(tmp_path: Path) -> None:
    first = Vault(tmp_path / "vault.db", KEK)
    kept, gone = first.seal("r-1", "name", "甲"), first.seal("r-2", "name", "乙")
    name = first.pseudonym("applicant", "110101199001011234")
    first.destroy("r-2")
    first.close()
    second = Vault(tmp_path / "vault.db", KEK)
    assert second.open_(kept, "r-1", "name") == "甲"
    assert second.open_(gone, "r-2", "name") == ERASED
    assert second.pseudonym("applicant", "110101199001011234") == name
    second.close()


def test_another_process_sees_an_erasure_at_once(tmp_path: Path) -> None:
    one, other = Vault(tmp_path / "vault.db", KEK), Vault(tmp_path / "vault.db", KEK)
    sealed = one.seal("r-1", "name", "甲")
    assert other.open_(sealed, "r-1", "name") == "甲"
    one.destroy("r-1")
    assert other.open_(sealed, "r-1", "name") == ERASED
    one.close()
    other.close()


def test_a_lost_key_does_not_pass_for_an_erasure(vault: Vault) -> None:
    elsewhere = Vault(":memory:", KEK)
    sealed = elsewhere.seal("r-1", "name", "甲")
    elsewhere.close()
    with pytest.raises(VaultError, match="no key"):
        vault.open_(sealed, "r-1", "name")


def test_another_master_key_is_noticed_at_the_start(tmp_path: Path) -> None:
    Vault(tmp_path / "vault.db", KEK).close()
    with pytest.raises(VaultError, match="another master key"):
        Vault(tmp_path / "vault.db", bytes(32))


def test_an_owner_has_a_name(vault: Vault) -> None:
    with pytest.raises(ValueError, match="empty id"):
        vault.seal("", "name", "甲")
    with pytest.raises(ValueError, match="empty id"):
        vault.destroy("")


def test_a_sealed_value_says_how_it_was_sealed_and_nothing_about_the_text(vault: Vault) -> None:
    wire = json.loads(vault.seal("r-1", "name", "张三丰测试甲").model_dump_json())
    assert set(wire) == {"key", "nonce", "box", "alg", "commitment"}
    assert (wire["key"], wire["alg"]) == ("r-1", "A256GCM")


@given(NAME, NAME, TEXT, TEXT)
def test_a_commitment_opens_to_its_text_and_to_no_other(
    shared_vault: Vault, owner: str, field: str, text: str, other: str
) -> None:
    sealed = shared_vault.seal(owner, field, text)
    proof = shared_vault.prove(sealed, owner, field)
    assert proof is not None
    assert (proof.text, commitment_of(proof)) == (text, sealed.commitment)
    assert (commitment_of(Proof(other, proof.salt)) == sealed.commitment) is (other == text)
    assert shared_vault.seal(owner, field, text).commitment != sealed.commitment


def test_the_salts_of_an_owner_go_with_the_key(vault: Vault) -> None:
    sealed = vault.seal("r-1", "name", "张三丰测试甲")
    vault.destroy("r-1")
    assert vault.prove(sealed, "r-1", "name") is None


@given(NAME, TEXT, NAME, TEXT)
def test_a_pseudonym_is_equal_for_the_same_text_of_the_same_purpose_only(
    shared_vault: Vault, purpose: str, text: str, other: str, else_: str
) -> None:
    same = shared_vault.pseudonym(purpose, text) == shared_vault.pseudonym(other, else_)
    assert same == ((purpose, text) == (other, else_))


def test_pseudonyms_of_two_vaults_cannot_be_compared(vault: Vault, shared_vault: Vault) -> None:
    assert vault.pseudonym("applicant", "甲") != shared_vault.pseudonym("applicant", "甲")


def test_a_master_key_is_drawn_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "kek"
    with pytest.raises(FileNotFoundError):
        load_key(path)
    drawn = load_key(path, create=True)
    assert len(drawn) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_key(path, create=True) == load_key(path) == drawn
    assert [file.name for file in path.parent.iterdir()] == ["kek"]


@pytest.mark.parametrize("content", ["", "abc", base64.b64encode(bytes(31)).decode(), "密钥".encode().hex()])
def test_a_file_that_holds_no_key_stops_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "kek"
    path.write_text(content)
    with pytest.raises(ValueError, match="密钥"):
        load_key(path)


def test_a_key_file_that_others_may_write_stops_the_start(tmp_path: Path) -> None:
    path = tmp_path / "kek"
    load_key(path, create=True)
    path.chmod(0o622)
    with pytest.raises(ValueError, match="改写"):
        load_key(path)
