"""What a process logs (日志): one JSON object a line, tracebacks without the values of local variables."""

from __future__ import annotations

import sys

import structlog


def configure_logs() -> None:
    """Set logging up for this process.

    Left alone, structlog draws coloured tracebacks with every local variable in them: keys and names would reach the
    log by way of an error.
    """
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
