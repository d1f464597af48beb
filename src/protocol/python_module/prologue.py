"""Your tools, one function each, as Ostiary wrote them down for you. Made anew, this file is replaced.

A call needs an access token with the scope call:tools, from OSTIARY_TOKEN or configure(token=...).
A function returns what the tool answered, as a dict: its HTTP status, its content_type, and its body.
It raises a ToolError when there is no such answer. An optional argument that is None is left out of the call.
"""

import json as _json
import os as _os
import urllib.error as _urllib_error
import urllib.request as _urllib_request
from typing import Any, Literal, Optional, Union

_settings = {"token": None, "url": None, "timeout": 310}


def configure(token: Optional[str] = None, url: Optional[str] = None, timeout: Optional[float] = None) -> None:
    """Sets what is not to come from OSTIARY_TOKEN and OSTIARY_URL, and how many seconds a call may take."""
    given = {"token": token, "url": url, "timeout": timeout}
    _settings.update((name, value) for name, value in given.items() if value is not None)


class ToolError(Exception):
    """A call that came to nothing. `status`: the HTTP status of the server's answer, 0 without one."""

    def __init__(self, message: str, status: int = 0, violations: Any = ()) -> None:
        super().__init__(message)
        self.status = status
        self.violations = violations


class NotAllowedError(ToolError):
    """The token may not call tools: it is missing, over, revoked, without call:tools, or acts for no person."""


class UnknownToolError(ToolError):
    """There is no such tool, or it is not switched on for you (any more)."""


class InvalidArgumentsError(ToolError):
    """The arguments do not fit. `violations`: a dict each, with a JSON pointer and a message."""


class ToolFailedError(ToolError):
    """The tool's server could not be reached, or failed."""


class ToolTimeoutError(ToolError):
    """The tool's server took too long."""


class _NoRedirect(_urllib_request.HTTPRedirectHandler):
    """The token is for one server, so it is not taken elsewhere."""

    def redirect_request(self, *_: Any) -> None:
        return None


_ERRORS = {
    401: NotAllowedError,
    403: NotAllowedError,
    404: UnknownToolError,
    422: InvalidArgumentsError,
    502: ToolFailedError,
    504: ToolTimeoutError,
}


def _call(tool: str, required: Any, optional: Any) -> Any:
    arguments = {**required, **{name: value for name, value in optional.items() if value is not None}}
    token = (_settings["token"] or _os.environ.get("OSTIARY_TOKEN") or "").strip()
    if not token:
        raise NotAllowedError("there is no access token: set OSTIARY_TOKEN, or call configure(token=...)")
    base = (_settings["url"] or _os.environ.get("OSTIARY_URL") or _BUILT_IN_URL).rstrip("/")
    if not base.startswith(("https://", "http://")):
        raise ToolError("OSTIARY_URL must begin with https://, or http:// on this machine")
    request = _urllib_request.Request(
        base + "/api/tools/" + tool + "/call",
        data=_json.dumps(arguments, allow_nan=False).encode(),
        headers={"Authorization": "Bearer " + token, "Content-Type": "application/json"},
        method="POST",
    )
    try:
        with _urllib_request.build_opener(_NoRedirect).open(request, timeout=_settings["timeout"]) as answer:
            return _json.load(answer)
    except _urllib_error.HTTPError as error:
        raise _refusal(error.code, error.read()) from None
    except (OSError, ValueError) as error:
        raise ToolError("no answer from " + base + ": " + repr(error)) from error


def _refusal(status: int, body: bytes) -> ToolError:
    try:
        said = _json.loads(body)
        said = said if isinstance(said, dict) else {}
    except ValueError:
        said = {}
    violations = said.get("violations", [])
    message = said.get("error_description") or "the server answered with the HTTP status " + str(status)
    for violation in violations:
        message += "\n  " + str(violation.get("pointer")) + ": " + str(violation.get("message"))
    return _ERRORS.get(status, ToolError)(message, status, violations)
