"""Per vendor, what moves without notice stands in `data/<kind>.toml`: limits and the table of error answers.

[limits]
burst_calls = 190            # absent: none published
burst_window_s = 10
daily_calls = 625000
concurrent_calls = 4
per_endpoint = { search = 5 }
source = "https://…"
checked_on = 2026-11-22

[[errors]]                   # the first that matches counts
status = 403                 # optional
code = "REQUEST_LIMIT"       # optional regular expression, searched in the vendor's code
text = "limit exceeded"      # optional regular expression, searched in its message; a group `field` names the field
class = "throttled"
retry_after_s = 60           # throttled and unknown only
hint = "tryton.code_taken"    # <kind>.<key> of the connector's `hints`, whose sentences are translated
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crm_sync.connectors.base import Limits
from crm_sync.errors import FAILURES, CrmError, InvalidData, Throttled, UnknownOutcome

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class ErrorRule:
    """One line of the table."""

    status: int | None
    code: re.Pattern[str] | None
    text: re.Pattern[str] | None
    failure: type[CrmError]
    hint: str
    retry_after_s: float


@cache
def data_of(kind: str) -> dict[str, Any]:
    """Return the decoded data file of a connector."""
    return tomllib.loads((DATA / f"{kind}.toml").read_text())


@cache
def limits_of(kind: str) -> Limits:
    """Return the published limits of a connector's CRM."""
    given = data_of(kind)["limits"]
    return Limits(
        burst_calls=given.get("burst_calls"),
        burst_window_s=given.get("burst_window_s", 10),
        daily_calls=given.get("daily_calls"),
        concurrent_calls=given.get("concurrent_calls", 1),
        per_endpoint=given.get("per_endpoint", {}),
        source=given["source"],
        checked_on=given["checked_on"],
    )


@cache
def rules_of(kind: str) -> tuple[ErrorRule, ...]:
    """Return the table of error answers of a connector's CRM."""
    return tuple(
        ErrorRule(
            status=given.get("status"),
            code=re.compile(given["code"], re.IGNORECASE) if "code" in given else None,
            text=re.compile(given["text"], re.IGNORECASE) if "text" in given else None,
            failure=FAILURES[given["class"]],
            hint=given.get("hint", ""),
            retry_after_s=float(given.get("retry_after_s", 0)),
        )
        for given in data_of(kind).get("errors", [])
    )


def error_of(kind: str, *, status: int | None = None, code: str = "", text: str = "", field: str = "") -> CrmError:
    """Return the error a CRM's answer stands for; an answer in no line of the table is unknown from 500, else invalid.

    Args:
        text: the vendor's message; its first 300 characters are kept.
        field: the canonical field at fault when the connector knows; else the rule's `field` group says.
    """
    for rule in rules_of(kind):
        found = rule.text.search(text) if rule.text else None
        if rule.status not in (None, status) or (rule.text and not found):
            continue
        if rule.code and not rule.code.search(code):
            continue
        named = (found.groupdict().get("field") or "") if found else ""
        return _built(rule.failure, text[:300], code or str(status or ""), field or named, rule)
    failure = UnknownOutcome if status is not None and status >= 500 else InvalidData
    return failure(text[:300], code=code or str(status or ""))


def _built(failure: type[CrmError], text: str, code: str, field: str, rule: ErrorRule) -> CrmError:
    error = failure(text, code=code, hint=rule.hint)
    error.field = field
    if isinstance(error, Throttled | UnknownOutcome) and rule.retry_after_s:
        error.retry_after_s = rule.retry_after_s
    return error
