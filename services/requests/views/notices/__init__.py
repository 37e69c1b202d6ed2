"""Letters of a case (文书): what the case says in the words of the law's tables, printed as DOCX and PDF."""

from services.requests.views.notices.composing import Source, compose
from services.requests.views.notices.kinds import Notice, find, notices_of
from services.requests.views.notices.paper import pdf_of
from services.requests.views.notices.sheet import Sheet
from services.requests.views.notices.word import docx_of

__all__ = ["Notice", "Sheet", "Source", "compose", "docx_of", "find", "notices_of", "pdf_of"]
