"""Identifiers with check digits or a form of their own: each function says whether a text is one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from ipaddress import AddressValueError, IPv4Address, IPv6Address

_SEPARATORS = str.maketrans("", "", " -.")
_CARD = re.compile(
    r"(?:4\d{12}(?:\d{3}){0,2}|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|6(?:011|5\d\d)\d{12}|35\d{14}|62\d{14,17})"
)
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"

EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}")
URL = re.compile(r"(?:https?|ftps?|s3|gs|wss?)://[^\s/?#]+[^\s]*", re.IGNORECASE)
MAC = re.compile(r"[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}")
UUID = re.compile(r"\{?[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}\}?")
TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?")
PHONE = re.compile(r"(?:\+|00)[1-9][\d ().\-/]{6,20}\d|\(\d{2,5}\)[ \-/]?[\d \-./]{5,12}\d|\d{3}[ .-]\d{3}[ .-]\d{4}")
LOCAL_PHONE = re.compile(r"[+(]?\d[\d ().\-/]{5,20}\d(?: ?(?:x|ext\.?) ?\d{1,5})?")
HEX = re.compile(r"(?:0[xX])?(?:[0-9a-f]{2}){4,64}|(?:0[xX])?(?:[0-9A-F]{2}){4,64}")
PERSON = re.compile(r"[^\W\d_][^\d_@/:;|<>=]{0,60}")
SSN = re.compile(r"(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}")
NINO = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]")
CODICE_FISCALE = re.compile(r"[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z]")
_CPF = re.compile(r"\d{3}\.\d{3}\.\d{3}-\d{2}")
_DNI = re.compile(r"(?:[XYZ]-?\d{7}|\d{8})-?([A-Z])")
_NIR = re.compile(r"([12]\d{2}(?:0[1-9]|1[0-2])(?:\d{2}|2[AB])\d{6})(\d{2})")


def card_number(text: str) -> bool:
    """A payment card's number: an issuer's prefix and length, and Luhn's check digit."""
    digits = text.translate(_SEPARATORS)
    return _CARD.fullmatch(digits) is not None and luhn(digits)


def luhn(digits: str) -> bool:
    """Say whether the last of some digits checks the others."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def iban(text: str) -> bool:
    """An international bank account number."""
    account = text.replace(" ", "").upper()
    if _IBAN.fullmatch(account) is None:
        return False
    return int("".join(str(int(char, 36)) for char in account[4:] + account[:4])) % 97 == 1


def national_id(text: str) -> bool:
    """A number that a state gives each person, of those that can be told by their form: US, UK, Italy, Spain, France, Brazil."""
    if len(text) > 24 or not any(char.isdigit() for char in text):
        return False
    return any(form.fullmatch(text) for form in (SSN, NINO, CODICE_FISCALE)) or _dni(text) or _nir(text) or _cpf(text)


def _dni(text: str) -> bool:
    found = _DNI.fullmatch(text)
    if found is None:
        return False
    digits = text[:-1].replace("-", "").replace("X", "0").replace("Y", "1").replace("Z", "2")
    return _DNI_LETTERS[int(digits) % 23] == found[1]


def _nir(text: str) -> bool:
    found = _NIR.fullmatch(text.replace(" ", ""))
    return found is not None and 97 - int(found[1].replace("2A", "19").replace("2B", "18")) % 97 == int(found[2])


def _cpf(text: str) -> bool:
    if _CPF.fullmatch(text) is None:
        return False
    digits = [int(char) for char in text if char.isdigit()]
    return all(
        sum(digit * (length + 1 - place) for place, digit in enumerate(digits[:length])) * 10 % 11 % 10 == digits[length]
        for length in (9, 10)
    )


def ipv4(text: str) -> bool:
    """An address of the old internet."""
    return text.count(".") == 3 and _address(IPv4Address, text)


def ipv6(text: str) -> bool:
    """An address of the new internet."""
    return text.count(":") > 1 and _address(IPv6Address, text)


def _address(kind: type[IPv4Address | IPv6Address], text: str) -> bool:
    try:
        kind(text)
    except (AddressValueError, ValueError):
        return False
    return True


def json_text(text: str) -> bool:
    """A JSON object or array; of one that was cut off only its beginning is seen."""
    if not text.startswith(("{", "[")):
        return False
    if len(text) >= 1024:
        return re.match(r'\{\s*"|\[\s*["{\[\d]', text) is not None
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def coordinate(limit: float) -> Callable[[str], bool]:
    """Return what says whether a text is a number of degrees within a limit."""

    def check(text: str) -> bool:
        try:
            return abs(float(text)) <= limit
        except ValueError:
            return False

    return check
