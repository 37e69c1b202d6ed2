"""People (申请人): the one place where who asks is turned into sealed values and pseudonyms, and back."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from services.requests.commands import Apply, Enter, Part
from services.requests.domain.continuing import Carried
from services.requests.domain.parts import Decision
from services.requests.domain.registers import Office
from services.requests.domain.state import Application, Request
from shared.contracts.canonical import canonical
from shared.contracts.codes import RequestsCode
from shared.contracts.problems import Refused
from shared.contracts.sealed import Sealed
from shared.law.docnumbers import number_key
from shared.law.sameness import plain, plain_contact, plain_description
from shared.security.vault import KeyDestroyed, Vault

ONLINE = "online"
"""The channel in which nobody has seen who asks: what is stated there is a claim."""


class People:
    """Seals under the key of a request, compares by pseudonym. Calls are short but write: keep them off the loop."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def application(self, request_id: str, asked: Enter, office: Office, subject: str = "") -> Application:
        """Return an application with nothing personal left in the open. Raises ``Refused`` ERASED, CODE_UNKNOWN."""
        number = _number(asked.number, "/number")
        personal = {"name": asked.name, "contact": asked.contact, "description": asked.description}
        if asked.identity:
            personal["identity"] = asked.identity
        sealed = self.seal(request_id, personal)
        return Application(
            body=asked.body,
            place=office.place,
            channel=asked.channel,
            category=asked.category,
            applicant=self._applicant(asked),
            information=self._information(asked.document_id, number, asked.description),
            document_id=asked.document_id,
            number_key=number,
            name=sealed["name"],
            identity=sealed.get("identity"),
            contact=sealed["contact"],
            description=sealed["description"],
            form=asked.form,
            delivery=asked.delivery,
            submitted_on=asked.submitted_on,
            signed_on=asked.signed_on,
            confirmed_on=asked.confirmed_on,
            subject=subject,
            content=self.fingerprint([subject, asked.model_dump(mode="json")]),
            contact_key=self._vault.pseudonym("contact", plain_contact(asked.contact)),
            verified=bool(asked.identity) and asked.channel != ONLINE,
            region=office.region,
        )

    def _applicant(self, asked: Apply) -> str:
        """The same person is known by the identity number, else by name and contact."""
        known = asked.identity.upper() if asked.identity else f"{plain(asked.name)}|{plain(asked.contact)}"
        return self._vault.pseudonym("applicant", f"{asked.category}|{known}")

    def _information(self, document_id: str | None, number: str | None, description: str) -> str:
        if document_id:
            return f"doc:{document_id}"
        if number:
            return f"no:{number}"
        return f"text:{self._vault.pseudonym('information', plain_description(description))}"

    def carried(self, case: Request, request_id: str, part: Part | None = None) -> Carried:
        """Seal anew, under the key of another case, what it takes with it. Raises ``Refused`` ERASED, CODE_UNKNOWN.

        ``part`` is which of the things asked for it is about; None: all of it.
        """
        texts = {"name": case.name, "contact": case.contact, "description": case.description}
        texts |= {"identity": case.identity} if case.identity else {}
        plain = {field: self._open(case, field, sealed) for field, sealed in texts.items()}
        names = (case.information, case.document_id, case.number_key)
        if part is not None:
            plain["description"] = part.description
            number = _number(part.number, "/parts")
            names = (self._information(part.document_id, number, part.description), part.document_id, number)
        sealed = self.seal(request_id, plain)
        return Carried(
            request_id=request_id,
            name=sealed["name"],
            identity=sealed.get("identity"),
            contact=sealed["contact"],
            description=sealed["description"],
            information=names[0],
            document_id=names[1],
            number_key=names[2],
        )

    def seal(self, request_id: str, texts: Mapping[str, str]) -> dict[str, Sealed]:
        """Seal texts under the key of a request. Raises ``Refused`` ERASED once that key is destroyed."""
        try:
            return {field: self._vault.seal(request_id, field, text) for field, text in texts.items()}
        except KeyDestroyed as error:
            raise Refused(RequestsCode.ERASED) from error

    def of(self, case: Request) -> dict[str, Any]:
        """Return what is personal in a case, in the open, for officers of its body; 〔已删除〕 once its key is gone."""
        texts = {"name": case.name, "contact": case.contact, "description": case.description}
        texts |= {"identity": case.identity} if case.identity else {}
        texts |= {"correction": case.correction} if case.correction else {}
        parts = case.decision.parts if case.decision else {}
        drafted = case.draft.parts if case.draft else {}
        return {
            "applicant": {field: self._open(case, field, sealed) for field, sealed in texts.items()},
            "parties": {str(c.number): self._open(case, "party", c.party) for c in case.consultations},
            "parts": self.parts(case.request_id, parts),
            "draft_parts": self.parts(case.request_id, drafted),
            "notes": {name: self._open(case, field, sealed) for name, (field, sealed) in _notes(case).items()},
        }

    def description(self, case: Request) -> str:
        """Return what is asked for in the open."""
        return self._open(case, "description", case.description)

    def parts(self, request_id: str, parts: Mapping[str, Sealed]) -> dict[str, str]:
        """Return the parts of a notice in the open."""
        return {part: self._vault.open_(sealed, request_id, f"part:{part}") for part, sealed in parts.items()}

    def words(self, case: Request, made: Decision) -> dict[str, str]:
        """Return what a decision of the case says part by part, and why another form is given, in the open."""
        said = self.parts(case.request_id, made.parts)
        why = {"form_reason": self._open(case, "form_reason", made.form_reason)} if made.form_reason else {}
        return said | why

    def _open(self, case: Request, field: str, sealed: Sealed) -> str:
        return self._vault.open_(sealed, case.request_id, field)

    def suggestion(self, request_id: str, words: Sealed) -> str:
        """Return what an applicant proposed, in the open; 〔已删除〕 once the key of the request is gone."""
        return self._vault.open_(words, request_id, "suggestion")

    def destroy(self, request_id: str) -> None:
        """Destroy the key of a request, durably: whatever it sealed, wherever it lies, is gone (密钥销毁)."""
        self._vault.destroy(request_id)

    def fingerprint(self, value: object) -> str:
        """Return what tells equal contents from different ones and gives neither away, unlike a plain digest."""
        return self._vault.pseudonym("content", canonical(value).decode())

    def access_code(self, request_id: str) -> str:
        """Return the code under which an applicant follows the case; only this vault can make it (查询码)."""
        return f"{request_id}.{self._vault.pseudonym('access', request_id).removeprefix('ps_')}"

    def followed(self, code: str) -> str | None:
        """Return the request an access code is for; None for a code that is not ours."""
        request_id = code.partition(".")[0]
        return (
            request_id
            if request_id
            and hmac.compare_digest(code.encode("utf-8", "replace"), self.access_code(request_id).encode())
            else None
        )


def _notes(case: Request) -> dict[str, tuple[str, Sealed]]:
    """Return everything else that is sealed, by a name that says where it belongs, with the field it was sealed as."""
    explaining, decision = case.explaining, case.decision
    found: dict[str, tuple[str, Sealed | None]] = {
        "draft_returned": ("reason", case.draft_returned),
        "reason": ("reason", explaining.text if explaining else None),
        "reason_why": ("why", explaining.why if explaining else None),
        "form_reason": ("form_reason", decision.form_reason if decision else None),
        "despite": ("despite", decision.despite if decision else None),
    }
    found |= {f"segment:{n}": (f"segment:{n}", each.name) for n, each in enumerate(case.segments, 1)}
    found |= {f"contact:{each.contact}": ("summary", each.summary) for each in case.contacts}
    found |= {f"address:{each.delivery}": ("address", each.address) for each in case.deliveries}
    found |= {f"returned:{each.delivery}": ("reason", each.reason) for each in case.deliveries}
    for each in case.remedies:
        found[f"remedy:{each.remedy}"] = ("text", each.text)
        found[f"measures:{each.remedy}"] = ("measures", each.measures)
        found[f"evidence:{each.remedy}"] = ("evidence", each.evidence)
    found |= {f"tag:{each.tag}": ("note", each.note) for each in case.tags}
    return {name: (field, sealed) for name, (field, sealed) in found.items() if sealed is not None}


def _number(given: str | None, pointer: str) -> str | None:
    """Return the key of a document number. Raises ``Refused`` CODE_UNKNOWN for what is none."""
    key = number_key(given) if given else None
    if given and key is None:
        raise Refused(RequestsCode.CODE_UNKNOWN, "发文字号格式不正确，例如 沪府办〔2026〕3号", pointer=pointer)
    return key
