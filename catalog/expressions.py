r"""Partition expressions, as GetPartitions takes them: text to an immutable tree.

    expr  := and {OR and}        and := not {AND not}        not := [NOT] prim
    prim  := '(' expr ')' | col cmp lit | col [NOT] LIKE str | col [NOT] IN '(' lit {',' lit} ')'
           | col [NOT] BETWEEN lit AND lit | col IS [NOT] NULL
    col   := name | `name` | "name" | '(' col ')'
    lit   := number | 'string' | "string" | '(' lit ')'

AND binds tighter than OR; keywords ignore case. In strings a doubled quote stands for itself, and
so does `\'`, which Hive's client sends. Literals have no type here: the column gives it to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ..errors import InvalidExpression

MAX_LENGTH = 2048  # characters; Glue's own limit
MAX_DEPTH = 100  # brackets and NOTs inside each other


@dataclass(frozen=True, slots=True)
class Compare:
    """`column op literal`; op is one of = <> < <= > >=."""

    column: str
    op: str
    literal: str


@dataclass(frozen=True, slots=True)
class Like:
    """`column LIKE pattern`, in which % stands for any text and _ for any character."""

    column: str
    pattern: str


@dataclass(frozen=True, slots=True)
class In:
    """`column IN (literals)`."""

    column: str
    literals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """`column BETWEEN low AND high`, both included."""

    column: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class IsNull:
    """`column IS NULL`."""

    column: str


@dataclass(frozen=True, slots=True)
class And:
    """All of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of the parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not the part; infix NOT IN, NOT LIKE and NOT BETWEEN are this too."""

    part: Node


Node = Compare | Like | In | Between | IsNull | And | Or | Not

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<string>'(?:''|\\'|[^'])*')
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<backquoted>`(?:[^`]|``)+`)
      | (?P<number>[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?![\w.]))
      | (?P<word>[^\W\d]\w*)
      | (?P<sign><>|!=|<=|>=|[=<>(),])
    )""",
    re.VERBOSE | re.DOTALL,
)
_COMPARISONS = {"=": "=", "<>": "<>", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
# Keywords of the parser that AWS uses: no column of such a name can stand unquoted. [seen: Trino]
RESERVED = frozenset(
    (
        "as by do is in or on all and any key not set asc top end desc into null like drop join left from open case when then else some full with table "
        "where using union group begin index inner limit outer order right delete create select offset exists having insert update values escape primary "
        "natural replace between truncate distinct intersect"
    ).split()
)


def parse_expression(expression: str | None) -> Node | None:
    """Read an expression; nothing or blanks mean no filter, hence None. Raises InvalidExpression."""
    if expression is None or not expression.strip():
        return None
    if len(expression) > MAX_LENGTH:
        raise InvalidExpression(f"The partition expression has {len(expression)} characters; the limit is {MAX_LENGTH}.")
    return _Parser(expression).parse()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # string, quoted, backquoted, number, word, sign, end
    text: str  # a word or sign in lower case; a string without quotes


class _Parser:
    def __init__(self, expression: str) -> None:
        self.expression = expression
        self.tokens = self._tokens()
        self.next = 0
        self.depth = 0

    def parse(self) -> Node:
        node = self._or()
        if self._peek().kind != "end":
            self._refuse()
        return node

    def _refuse(self) -> NoReturn:
        raise InvalidExpression(f"Unsupported expression '{self.expression}'")

    def _tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        text = self.expression.rstrip()
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                self._refuse()
            tokens.append(_token(match))
            position = match.end()
        return [*tokens, _Token("end", "")]

    def _peek(self, ahead: int = 0) -> _Token:
        return self.tokens[min(self.next + ahead, len(self.tokens) - 1)]

    def _take(self) -> _Token:
        token = self._peek()
        self.next += 1
        return token

    def _skip(self, text: str) -> bool:
        """Step over a keyword or sign if it comes next."""
        token = self._peek()
        if token.kind not in ("word", "sign") or token.text.lower() != text:
            return False
        self.next += 1
        return True

    def _need(self, text: str) -> None:
        if not self._skip(text):
            self._refuse()

    def _or(self) -> Node:
        return self._joined("or", self._and, Or)

    def _and(self) -> Node:
        return self._joined("and", self._not, And)

    def _joined(self, word: str, part: Callable[[], Node], join: Callable[[tuple[Node, ...]], Node]) -> Node:
        parts = [part()]
        while self._skip_operator(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else join(tuple(parts))

    def _skip_operator(self, word: str) -> bool:
        """Step over AND or OR, which may stand in brackets of their own. [seen: moto]"""
        if self._peek().text == "(" and self._peek(1).text.lower() == word and self._peek(1).kind == "word" and self._peek(2).text == ")":
            self.next += 3
            return True
        return self._skip(word)

    def _not(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise InvalidExpression(f"The partition expression nests deeper than {MAX_DEPTH} levels.")
        node = Not(self._not()) if self._skip("not") else self._primary()
        self.depth -= 1
        return node

    def _primary(self) -> Node:
        if self._peek() == _Token("sign", "(") and not self._at_bracketed_column():
            self._take()
            node = self._or()
            self._need(")")
            return node
        return self._predicate(self._column())

    def _at_bracketed_column(self) -> bool:
        """Say whether the brackets that open here hold nothing but a column."""
        opened = 0
        while opened < MAX_DEPTH and self._peek(opened) == _Token("sign", "("):
            opened += 1
        closing = (self._peek(opened + 1 + number) for number in range(opened))
        return self._peek(opened).kind in ("word", "quoted", "backquoted") and all(token == _Token("sign", ")") for token in closing)

    def _column(self) -> str:
        if self._skip("("):
            name = self._column()
            self._need(")")
            return name
        token = self._take()
        if token.kind not in ("word", "quoted", "backquoted") or (token.kind == "word" and token.text.lower() in RESERVED):
            self._refuse()
        return token.text.lower()

    def _predicate(self, column: str) -> Node:
        sign = self._peek()
        if sign.kind == "sign" and sign.text in _COMPARISONS:
            self._take()
            return Compare(column, _COMPARISONS[sign.text], self._literal())
        if self._skip("is"):
            return self._null(column)
        if self._skip("not"):
            return Not(self._word_predicate(column))
        return self._word_predicate(column)

    def _null(self, column: str) -> Node:
        negated = self._skip("not")
        self._need("null")
        return Not(IsNull(column)) if negated else IsNull(column)

    def _word_predicate(self, column: str) -> Node:
        if self._skip("like"):
            return Like(column, self._literal(kinds=("string", "quoted")))
        if self._skip("in"):
            return self._in(column)
        self._need("between")
        low = self._literal()
        self._need("and")
        return Between(column, low, self._literal())

    def _in(self, column: str) -> Node:
        self._need("(")
        literals = [self._literal()]
        while self._skip(","):
            literals.append(self._literal())
        self._need(")")
        return In(column, tuple(literals))

    def _literal(self, kinds: tuple[str, ...] = ("string", "quoted", "number")) -> str:
        opened = 0
        while self._skip("("):
            opened += 1
        token = self._take()
        if token.kind not in kinds:
            self._refuse()
        for _ in range(opened):
            self._need(")")
        return token.text


def _token(match: re.Match[str]) -> _Token:
    kind = match.lastgroup or ""
    text = match[kind]
    if kind == "string":
        return _Token(kind, re.sub(r"''|\\'", "'", text[1:-1]))
    if kind == "quoted":
        return _Token(kind, text[1:-1].replace('""', '"'))
    if kind == "backquoted":
        return _Token(kind, text[1:-1].replace("``", "`"))
    return _Token(kind, text)
