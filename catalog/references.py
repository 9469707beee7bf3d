"""Secrets by reference: what may stand where a password would, and what would give one away."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

_LOOKED_AT = 8192  # characters: whatever is longer is refused for that
FORMS = "env:NAME, file:/path, secretsmanager:ID or rds-iam"
_REFERENCE = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.+|secretsmanager:.+|rds-iam", re.DOTALL)
_SECRET_NAME = r"[\w.-]*(?:password|passwd|passphrase|pwd|pass|secret|token|secret_?access_?key)[0-9]*"  # noqa: S105 - names of secrets
_SECRET_KEY = re.compile(_SECRET_NAME, re.IGNORECASE)
_OPTION = re.compile(rf"(?<![\w.-])({_SECRET_NAME})\s*=(?=([^;&]*))", re.IGNORECASE)
# user:password@, in which a password may hold what should have been percent-encoded; and Oracle's user/password@
_USER_PART = (
    re.compile(r"//[^@/?#;:[]*:([^@?#;]*)@"),
    re.compile(r"//[^@/?#;:[]*:(?!\d+(?:[/?#;]|$))([^@]*)@"),  # host:5432?user=a@b has a port there
    re.compile(r":thin:[^@/]+/([^@]*)@", re.IGNORECASE),
)


def is_reference(text: str) -> bool:
    """Say whether a text tells where a password is, and is not one."""
    return _REFERENCE.fullmatch(text) is not None


def is_secret_name(name: str) -> bool:
    """Say whether an option or property of this name holds a secret: PASSWORD does, SECRET_ID does not."""
    return _SECRET_KEY.fullmatch(name) is not None


def open_secret(text: str) -> str | None:
    """Return where a URL holds a secret itself, in a few words, or None. It may be no URL at all."""
    text = text[:_LOOKED_AT]
    return next((place for spelling in (text, unquote(text)) for place in _open(spelling)), None)


def _open(text: str) -> Iterator[str]:
    for option in _OPTION.finditer(text):
        value = option[2].strip(" {}()")
        if value and not is_reference(value.partition(",")[0]):
            yield f"{option[1]}="
    for form in _USER_PART:
        for password in form.findall(text):
            if password and not is_reference(unquote(password)):
                yield "its user part"
