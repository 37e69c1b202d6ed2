"""The steps of remedies: filed, concluded, reported, and the lessons from them."""

from __future__ import annotations

from collections.abc import Mapping

from services.requests import commands as ask
from services.requests.domain import remedies
from services.requests.domain.steps import StepName
from services.requests.handlers.material import CaseAct, Material, Prepared


async def _file(_: Material, __: str, wish: ask.FileRemedy) -> CaseAct:
    filing = remedies.Filing(**wish.model_dump())
    return lambda state, doing: remedies.file_remedy(state, filing, doing)


async def _conclude(material: Material, request_id: str, wish: ask.ConcludeRemedy) -> CaseAct:
    texts = {"text": wish.text} if wish.text else {}
    sealed = await material.sealed(request_id, **texts)
    similar = await material.similar(request_id) if wish.result == "corrected" else ()
    end = remedies.Conclusion(**wish.model_dump(exclude={"text"}), text=sealed.get("text"), similar=similar)
    return lambda state, doing: remedies.conclude_remedy(state, end, doing)


async def _report(_: Material, __: str, wish: ask.ReportRemedy) -> CaseAct:
    return lambda state, doing: remedies.report_remedy(state, wish.remedy, wish.to, wish.on, doing)


async def _rectify(material: Material, request_id: str, wish: ask.CloseRectification) -> CaseAct:
    sealed = await material.sealed(request_id, measures=wish.measures, evidence=wish.evidence)
    return lambda state, doing: remedies.close_rectification(
        state, wish.remedy, sealed["measures"], sealed["evidence"], doing
    )


REMEDIES: Mapping[StepName, tuple[type[ask.Wish], Prepared]] = {
    "file-remedy": (ask.FileRemedy, _file),
    "conclude-remedy": (ask.ConcludeRemedy, _conclude),
    "report-remedy": (ask.ReportRemedy, _report),
    "close-rectification": (ask.CloseRectification, _rectify),
}
