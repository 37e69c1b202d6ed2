"""Evidence of a case (证据包): for the officers of its body in full, for others covered, for applicants their own."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from services.requests.api.deps import STAFF, Deps, case_of
from services.requests.api.public import application_of
from services.requests.evidence import Audience, File
from shared.contracts.codes import RequestsCode, WebCode
from shared.contracts.problems import Refused
from shared.security.principals import Principal, PrincipalKind
from shared.store.blobs import BlobMissing
from shared.web.asking import shown
from shared.web.auth import PUBLIC, allow, limited
from shared.web.routes import Router

ZIP = "application/zip"
Staff = Annotated[Principal, allow(*STAFF)]


def evidence(made: Router, deps: Deps) -> None:
    """Add the routes of evidence."""
    _of_cases(made, deps)
    _of_applicants(made, deps)


def _of_cases(made: Router, deps: Deps) -> None:
    @made.get("/cases/{request_id}/bundle.zip", summary="证据包")
    async def bundle(request_id: str, caller: Staff, redacted: bool = False) -> Response:
        """Everything about a case in one file with its own verifier; ``redacted=true`` leaves out personal values."""
        await case_of(deps, caller, request_id)
        if not redacted and caller.kind is not PrincipalKind.OFFICER:
            raise Refused(WebCode.FORBIDDEN, "只有承办机关可以下载含个人信息的证据包，请加 redacted=true")
        audience: Audience = "redacted" if redacted else "full"
        return packed(await deps.bundles.of(request_id, audience), request_id)

    @made.get("/cases/{request_id}/package.zip", summary="归档包")
    async def package(request_id: str, caller: Staff) -> Response:
        """The package the case was filed away as, byte for byte as it was kept then."""
        case, _ = await case_of(deps, caller, request_id)
        if not case.archives:
            raise Refused(RequestsCode.NOT_ARCHIVED)
        kept = case.archives[-1]
        try:
            data = await deps.blobs.get(kept.package.sha256)
        except BlobMissing as error:
            raise Refused(RequestsCode.NOT_ARCHIVED, "归档包不在存储中，请从备份恢复") from error
        return packed(File(data, kept.events, kept.head), request_id)

    @made.get("/cases/{request_id}/chain", summary="链头")
    async def chain(request_id: str, caller: Staff) -> Response:
        """The hash of the chain after each event, computed from the log now, and the packages kept: to compare with."""
        case, _ = await case_of(deps, caller, request_id)
        archives = [each.model_dump(mode="json") for each in case.archives]
        return shown({"case": request_id, "heads": await deps.bundles.heads(request_id), "archives": archives})


def _of_applicants(made: Router, deps: Deps) -> None:
    public = [PUBLIC, limited(deps.public)]

    @made.get("/applications/{code}/bundle.zip", dependencies=public, summary="申请人的证据包")
    async def own(code: str, redacted: bool = False) -> Response:
        """The applicant's evidence: the applicant's own values, and of internal matters the digests only."""
        case = await application_of(deps, code)
        audience: Audience = "redacted" if redacted else "applicant"
        return packed(await deps.bundles.of(case.request_id, audience), case.request_id)

    @made.get("/applications/{code}/chain", dependencies=public, summary="申请人查询链头")
    async def own_chain(code: str) -> Response:
        """The hash of the chain after each event, to compare a bundle with."""
        case = await application_of(deps, code)
        archives = [each.model_dump(mode="json") for each in case.archives]
        return shown(
            {"case": case.request_id, "heads": await deps.bundles.heads(case.request_id), "archives": archives}
        )


def packed(made: File, request_id: str) -> Response:
    """Return a bundle as a download that no cache keeps."""
    headers = {
        "Content-Disposition": f'attachment; filename="{request_id}.zip"',
        "Cache-Control": "no-store",
        "Gongkai-Chain-Head": made.head,
    }
    return Response(made.data, headers=headers, media_type=ZIP)
