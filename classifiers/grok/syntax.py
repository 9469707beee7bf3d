r"""From grok to a regular expression of the `regex` library: references spelled out, fields numbered, dialects evened.

Grok patterns are written for Oniguruma (Logstash) or for Java (Glue). Where these differ from the
`regex` library, what is written is translated: `(?<name>…)` is a field, `\h` a hexadecimal digit as in
Oniguruma, `(?m)` lets the dot match a line end too, plain groups do not capture, and `\1` counts
within the pattern that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ...errors import InvalidInput
from ..inference.names import column_name

MAX_EXPANDED = 400_000  # characters of a pattern with its references spelled out
MAX_DEPTH = 40  # references and groups within each other
MAX_REPEATED = 20_000  # what nested {n} may multiply to: the library unrolls them

# [doc] Glue's types, and what they are in the catalog [guess]; date and string are in its own published patterns, as text.
TYPES: Mapping[str, str] = {
    "byte": "tinyint",
    "boolean": "boolean",
    "double": "double",
    "short": "smallint",
    "int": "int",
    "long": "bigint",
    "float": "float",
    "string": "string",
    "date": "string",
}
UNWANTED = "UNWANTED"  # the field name that drops a capture [guess]

# %{NAME}, %{NAME:field}, %{NAME:field:type}, %{NAME:field;type;format} and %{NAME:field=definition}
_REFERENCE = re.compile(
    r"(?P<name>\w+)(?:[:;](?P<field>(?:\[[^\[\]]+\])+|[^:;=\[\]]+)(?:[:;](?P<type>\w+)(?:[:;][^=]*)?)?)?(?:=(?P<definition>.+))?", re.DOTALL
)
_CAPTURE = re.compile(r"\(\?(?:P?<(?![=!])([^<>]*)>|'([^']*)')")
_GROUP = re.compile(r"\(\?(?:<?[=!]|[:>|])")
_FLAGS = re.compile(r"\(\?([a-zA-Z]*)(-[a-zA-Z]*)?([):])")
_REPEAT = re.compile(r"\{([0-9]*)(,?)([0-9]*)\}")
_BACKREFERENCE = re.compile(r"\\(?:[1-9][0-9]?|k[<{'](\w+)[>}'])|\(\?P=(\w+)\)")
_CONSUMING = re.compile(r"\\Q(.*?)(?:\\E|\Z)|\\x\{([0-9A-Fa-f]{1,6})\}", re.DOTALL)

Branch = tuple[tuple[int, int], ...]  # the groups around a place, and in which of each one's alternatives it stands


@dataclass(frozen=True, slots=True)
class Capture:
    """One place that fills a field."""

    column: str
    type: str
    group: str
    branch: Branch

    def excludes(self, other: Capture) -> bool:
        """Say whether the two stand in different alternatives, so that a match fills only one."""
        return any(mine[0] == theirs[0] and mine[1] != theirs[1] for mine, theirs in zip(self.branch, other.branch, strict=False))


@dataclass(slots=True)
class _Group:
    number: int
    alternative: int = 0
    weight: int = 0  # how many items it unrolls to
    last: int = 0  # of these, its last item's


@dataclass(slots=True)
class _Definition:
    """A pattern that is being spelled out."""

    name: str  # of the pattern, or what it is called in messages
    text: str
    numbered: bool  # it refers to its groups by number
    names: dict[str, str] = field(default_factory=dict)  # its inline groups, and what they are called in the whole


@dataclass(slots=True)
class Expansion:
    """Spells a pattern out. Raises InvalidInput naming the pattern and the cure."""

    patterns: Mapping[str, str]
    captures: list[Capture] = field(default_factory=list)
    _out: list[str] = field(default_factory=list)
    _size: int = 0
    _groups: list[_Group] = field(default_factory=lambda: [_Group(0)])
    _numbers: int = 0
    _active: list[str] = field(default_factory=list)

    def expand(self, text: str) -> str:
        """Return the whole pattern as one regular expression."""
        self._spell(_definition("the pattern", text))
        return "".join(self._out)

    def _spell(self, definition: _Definition) -> None:
        text, depth = definition.text, len(self._groups)
        at = 0
        while at < len(text):
            at = self._item(definition, at, depth)
        if len(self._groups) != depth:
            raise InvalidInput(
                f"In grok, {definition.name} has an opening parenthesis without its closing one; write \\( for the character."
            )

    def _item(self, definition: _Definition, at: int, depth: int) -> int:
        """Spell out what begins at a place, and return the place behind it."""
        text = definition.text
        character = text[at]
        if text.startswith("%{", at):
            end = _closing_brace(definition, at)
            self._refer(definition, text[at + 2 : end])
            return end + 1
        if character == "\\":
            return self._escape(definition, at)
        if character == "[":
            piece, end = _set(definition, at, 0)
            self._put(piece, 1)
            return end
        if character == "(":
            return self._open(definition, at)
        if character == ")":
            if len(self._groups) == depth:
                raise InvalidInput(f"In grok, {definition.name} has a closing parenthesis too many; write \\) for the character.")
            self._close()
            return at + 1
        if character == "|":
            self._groups[-1].alternative += 1
            self._put("|", 0)
            return at + 1
        repeat = _REPEAT.match(text, at) if character == "{" else None
        if repeat is not None and (repeat[1] or repeat[3]):
            self._repeat(definition, repeat)
            return repeat.end()
        self._put(character, 0 if character in "*+?" else 1)
        return at + 1

    def _put(self, piece: str, weight: int) -> None:
        self._out.append(piece)
        self._size += len(piece)
        if self._size > MAX_EXPANDED:
            raise InvalidInput(
                f"In grok, the pattern spells out to more than {MAX_EXPANDED:,} characters: its patterns refer to each other too often."
            )
        if weight:
            group = self._groups[-1]
            group.last = weight
            group.weight += weight

    def _repeat(self, definition: _Definition, repeat: re.Match[str]) -> None:
        group = self._groups[-1]
        times = max(int(repeat[1] or 0), int(repeat[3] or 0), 1)
        unrolled = group.last * times
        if unrolled > MAX_REPEATED:
            raise InvalidInput(f"In grok, {definition.name} repeats too much: {repeat[0]} unrolls to {unrolled:,} items; use * or + there.")
        group.weight += unrolled - group.last
        group.last = unrolled
        self._put(repeat[0] if repeat[1] else f"{{0,{repeat[3]}}}", 0)

    # --- groups and captures -----------------------------------------------------------------------

    def _begin(self, piece: str) -> None:
        if len(self._groups) > 4 * MAX_DEPTH:
            raise InvalidInput("In grok, the pattern's groups lie too deep within each other.")
        self._put(piece, 0)
        self._numbers += 1
        self._groups.append(_Group(self._numbers))

    def _close(self) -> None:
        weight = self._groups.pop().weight
        self._put(")", max(weight, 1))

    def _open(self, definition: _Definition, at: int) -> int:
        text = definition.text
        if not text.startswith("(?", at):
            if definition.numbered:
                name = f"b{self._numbers}"
                definition.names[str(sum(key.isdigit() for key in definition.names) + 1)] = name
                self._begin(f"(?P<{name}>")
            else:
                self._begin("(?:")
            return at + 1
        if text.startswith("(?#", at):
            end = text.find(")", at)
            return end + 1 if end >= 0 else len(text)
        if capture := _CAPTURE.match(text, at):
            name, _, kind = (capture[1] or capture[2] or "").partition(":")
            self._capture(definition, name, kind)
            definition.names[name] = self._out[-1][4:-1] if self._out[-1].startswith("(?P<") else ""
            return capture.end()
        if group := _GROUP.match(text, at):
            self._begin(group[0])
            return group.end()
        if same := _BACKREFERENCE.match(text, at):
            return self._again(definition, same)
        if flags := _FLAGS.match(text, at):
            return self._flags(definition, flags)
        raise InvalidInput(
            f"In grok, {definition.name} has a group {text[at : at + 4]!r} that is not understood; recursion and conditions are not allowed."
        )

    def _flags(self, definition: _Definition, flags: re.Match[str]) -> int:
        on, off = (_known_flags(definition, letters or "") for letters in (flags[1], flags[2]))
        words = on + (f"-{off}" if off else "")
        if flags[3] == ":":
            self._begin(f"(?{words}:")
        elif words:
            self._put(f"(?{words})", 0)
        return flags.end()

    def _capture(self, definition: _Definition, name: str, kind: str) -> None:
        """Begin a group that fills a field."""
        flat = "_".join(re.findall(r"[^\[\]]+", name)).strip()
        if not flat:
            raise InvalidInput(f"In grok, {definition.name} names a field without a name.")
        if flat == UNWANTED:
            self._begin("(?:")
            return
        if kind and kind not in TYPES:
            raise InvalidInput(f"In grok, the field {flat} has the type {kind!r}; the types are {', '.join(TYPES)}.")
        capture = Capture(column_name(flat, 0), TYPES.get(kind, "string"), f"g{len(self.captures)}", self._branch())
        for other in self.captures:
            if other.column == capture.column and not other.excludes(capture):
                raise InvalidInput(
                    f"In grok, the field {capture.column} is filled twice by one match: rename one of them, or name it {UNWANTED} to drop it."
                )
        self.captures.append(capture)
        self._begin(f"(?P<{capture.group}>")

    def _branch(self) -> Branch:
        return tuple((group.number, group.alternative) for group in self._groups)

    def _refer(self, definition: _Definition, inner: str) -> None:
        reference = _REFERENCE.fullmatch(inner)
        if reference is None:
            raise InvalidInput(
                f"In grok, {definition.name} has %{{{inner}}}, which is not %{{NAME}}, %{{NAME:field}} or %{{NAME:field:type}}."
            )
        name = reference["name"]
        text = reference["definition"] or self.patterns.get(name)
        if text is None:
            raise InvalidInput(
                f"In grok, {definition.name} refers to the pattern {name}, which does not exist.{_suggestion(name, self.patterns)}"
            )
        if name in self._active or len(self._active) > MAX_DEPTH:
            raise InvalidInput(
                f"In grok, the pattern {name} refers to itself ({' → '.join([*self._active, name])}): spell one of them out."
            )
        if reference["field"]:
            self._capture(definition, reference["field"], reference["type"] or "")
        else:
            self._begin("(?:")
        self._active.append(name)
        self._spell(_definition(f"the pattern {name}", text))
        self._active.pop()
        self._close()

    # --- escapes -----------------------------------------------------------------------------------

    def _escape(self, definition: _Definition, at: int) -> int:
        text = definition.text
        if at + 1 == len(text):
            raise InvalidInput(f"In grok, {definition.name} ends in a lone backslash; write \\\\ for the character.")
        if long := _CONSUMING.match(text, at):
            self._put(re.escape(chr(int(long[2], 16)) if long[2] else long[1]), 1)
            return long.end()
        if same := _BACKREFERENCE.match(text, at):
            return self._again(definition, same)
        letter = text[at + 1]
        if letter == "g":
            raise InvalidInput(f"In grok, {definition.name} calls a group with \\g: recursion is not allowed; spell it out.")
        self._put(_ESCAPES.get(letter, text[at : at + 2]), 1)
        return at + 2

    def _again(self, definition: _Definition, same: re.Match[str]) -> int:
        wanted = same[1] or same[2] or same[0][1:]
        name = definition.names.get(wanted)
        if not name:
            raise InvalidInput(f"In grok, {definition.name} repeats the group {wanted} with {same[0]}, which does not stand before it.")
        self._put(f"(?P={name})", 1)
        return same.end()


_ESCAPES = {"h": "[0-9A-Fa-f]", "H": "[^0-9A-Fa-f]", "z": r"\Z", "Z": r"(?=\n?\Z)", "E": ""}
_SET_ESCAPES = {"h": "0-9A-Fa-f"}


def _definition(name: str, text: str) -> _Definition:
    return _Definition(name, text, numbered=re.search(r"\\[1-9]", text) is not None)


def _closing_brace(definition: _Definition, start: int) -> int:
    depth = 0
    for at in range(start + 1, len(definition.text)):
        depth += {"{": 1, "}": -1}.get(definition.text[at], 0)
        if not depth:
            return at
    raise InvalidInput(f"In grok, {definition.name} has %{{ without its closing brace: {definition.text[start : start + 40]!r}.")


def _set(definition: _Definition, start: int, depth: int) -> tuple[str, int]:
    """Return a set like [a-z] that begins at a place, as `regex` writes it, and the place behind it."""
    text = definition.text
    at = start + 1
    pieces = ["["]
    if text.startswith("^", at):
        pieces.append("^")
        at += 1
    if text.startswith("]", at):  # the first of a set is itself
        pieces.append(r"\]")
        at += 1
    while at < len(text) and text[at] != "]":
        named = re.compile(r"\[:\^?[a-z]+:\]").match(text, at)
        if named:
            piece, at = named[0], named.end()
        elif text[at] == "[" and depth < MAX_DEPTH:
            piece, at = _set(definition, at, depth + 1)
        elif text[at] == "\\" and at + 1 < len(text):
            piece, at = _SET_ESCAPES.get(text[at + 1], text[at : at + 2]), at + 2
        elif text.startswith(("--", "||", "~~"), at):  # operators to `regex` only
            piece, at = f"{text[at]}\\{text[at]}", at + 2
        else:
            piece, at = text[at], at + 1
        pieces.append(piece)
    if at >= len(text):
        raise InvalidInput(
            f"In grok, {definition.name} has a set without its closing bracket: {text[start : start + 40]!r}; write \\[ for the character."
        )
    return "".join([*pieces, "]"]), at + 1


def _known_flags(definition: _Definition, letters: str) -> str:
    letters = letters.removeprefix("-")
    unknown = set(letters) - set("imsxuUda")
    if unknown:
        raise InvalidInput(f"In grok, {definition.name} sets the flag {min(unknown)!r}; known are i, m, s and x.")
    return "".join({"m": "ms"}.get(letter, letter) for letter in letters if letter in "imsx")


def _suggestion(name: str, patterns: Mapping[str, str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name.upper(), patterns, 1, 0.75)
    return f" Did you mean {close[0]}?" if close else " Define it among the custom patterns, a line each: NAME regex."


# --- in pieces ---------------------------------------------------------------------------------------

_PIECE = re.compile(r"(?:%(?P<brace>\{)|(?P<set>\[)|(?P<group>\()|\\Q.*?(?:\\E|$)|\\x\{\w*\}|\\k<\w+>|\\.|[^\[(|\\%*+?{]+|[^|])", re.DOTALL)
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]*,?[0-9]*\})[?+]?")


def top_level(text: str, patterns: Mapping[str, str], depth: int = 0) -> list[str]:
    """Cut a pattern into what stands one after the other in it: references, groups, text; references without a field are cut themselves.

    A pattern of alternatives is one piece.
    """
    definition = _Definition("the pattern", text, False)
    pieces: list[str] = []
    at = 0
    while at < len(text):
        if text[at] == "|":
            return [text]
        end = _piece_end(definition, at)
        quantifier = _QUANTIFIER.match(text, end)
        plain = text[at:end]
        if quantifier and len(plain) > 1 and plain[0] not in "%[(\\":  # it belongs to the last character alone
            pieces.append(plain[:-1])
            at = end - 1
            continue
        end = quantifier.end() if quantifier else end
        inner = re.fullmatch(r"%\{(\w+)\}", text[at:end])
        parts = top_level(patterns[inner[1]], patterns, depth + 1) if inner and inner[1] in patterns and depth < MAX_DEPTH else []
        pieces.extend(parts if len(parts) > 1 else [text[at:end]])
        at = end
    return pieces


def _piece_end(definition: _Definition, at: int) -> int:
    found = _PIECE.match(definition.text, at)
    if found is None:
        return at + 1
    if found["brace"]:
        return _closing_brace(definition, at) + 1
    if found["set"]:
        return _set(definition, at, 0)[1]
    return _closing_parenthesis(definition, at) if found["group"] else found.end()


def _closing_parenthesis(definition: _Definition, start: int) -> int:
    text, depth, at = definition.text, 0, start
    while at < len(text):
        if text[at] == "\\":
            at += 2
            continue
        if text[at] == "[":
            at = _set(definition, at, 0)[1]
            continue
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        at += 1
        if not depth:
            return at
    return len(text)
