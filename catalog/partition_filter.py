"""Partition expressions at work: typed by the partition keys, as SQL and as a Python predicate.

NOT is pushed down to the comparisons, so that what remains is AND and OR over tests of one key.
A typed key whose value is `__HIVE_DEFAULT_PARTITION__` satisfies no test, neither `= 1` nor
`<> 1`, as a null would (our choice: AWS fails on it, so that one null value blocks every query).
Any other value that does not fit its key's type is InvalidState, as on AWS. [seen]
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from ..errors import InvalidExpression, InvalidState
from .expressions import And, Between, Compare, In, IsNull, Like, Node, Not, Or, parse_expression
from .partition_keys import DEFAULT_PARTITION, PartitionKey, SortKey

Sql = tuple[str, list[SortKey]]

_NEGATED = {"=": "<>", "<>": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class CompareTest:
    """The key's value stands in this order to an operand."""

    key: int
    typed: bool
    op: str
    operand: SortKey

    def holds(self, value: SortKey) -> bool:
        """Say whether a value satisfies the test."""
        return _OPERATORS[self.op](value, self.operand)

    def sql(self, column: str, *, resumed: bool) -> Sql:
        """Return a condition; values that do not fit their type, blobs, order after all others."""
        if self.op in (">", ">=") and resumed:
            column = "+" + column  # the last page's end is the better place to seek to
        if self.typed and self.op in (">", ">=", "<>"):
            return f"({column} {self.op} ? AND {column} < x'')", [self.operand]
        return f"{column} {self.op} ?", [self.operand]


@dataclass(frozen=True, slots=True)
class InTest:
    """The key's value is, or is not, one of the operands."""

    key: int
    typed: bool
    operands: tuple[SortKey, ...]
    negated: bool

    def holds(self, value: SortKey) -> bool:
        """Say whether a value satisfies the test."""
        return (value in self.operands) is not self.negated

    def sql(self, column: str, *, resumed: bool) -> Sql:
        """Return a condition."""
        del resumed
        marks = ", ".join("?" * len(self.operands))
        if self.negated:
            guard = f" AND {column} < x''" if self.typed else ""
            return f"({column} NOT IN ({marks}){guard})", [*self.operands]
        return f"{column} IN ({marks})", [*self.operands]


@dataclass(frozen=True, slots=True)
class LikeTest:
    """The key's text is, or is not, of a pattern."""

    key: int
    pattern: str
    negated: bool

    def holds(self, value: SortKey) -> bool:
        """Say whether a value satisfies the test."""
        return (_like(self.pattern).fullmatch(str(value)) is not None) is not self.negated

    def sql(self, column: str, *, resumed: bool) -> Sql:
        """Return a condition; GLOB, unlike SQLite's LIKE, tells upper from lower case."""
        del resumed
        return f"{column} {'NOT GLOB' if self.negated else 'GLOB'} ?", [_glob(self.pattern)]


@dataclass(frozen=True, slots=True)
class Constant:
    """The same for every partition: no value is ever null. [seen]"""

    truth: bool


@dataclass(frozen=True, slots=True)
class All:
    """All of the parts hold."""

    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Some of the parts hold."""

    parts: tuple[Rule, ...]


Test = CompareTest | InTest | LikeTest
Rule = Test | Constant | All | AnyOf


@dataclass(frozen=True, slots=True)
class PartitionFilter:
    """An expression typed by a table's partition keys."""

    keys: tuple[PartitionKey, ...]
    rule: Rule
    compared: tuple[int, ...] = field(default=())  # the typed keys that the expression tests
    fixed: frozenset[int] = field(default=frozenset())  # the keys that it sets equal to one value

    def matches(self, values: Sequence[str]) -> bool:
        """Say whether a partition of these values satisfies the expression.

        Raises InvalidState for a value that does not fit the type of a key that is tested.
        """
        sorted_values: list[SortKey | None] = [*values]
        for number in self.compared:
            sorted_values[number] = self._sort_key(number, values[number])
        return _holds(self.rule, sorted_values)

    def sql(self, *, resumed: bool = False) -> Sql:
        """Return a condition over the columns k0, k1, … and its bound values.

        `resumed`: another condition already bounds the rows from below.
        """
        return _sql(self.rule, resumed=resumed, seek=True)

    def misfit(self, number: int, value: str) -> InvalidState:
        """Return the error, in Glue's words, for a stored value that does not fit its key's type."""
        sort_key = self.keys[number].kind.sort_key
        assert sort_key is not None
        try:
            sort_key(value)
        except ValueError as error:
            return InvalidState(f"For input string: {error}")
        raise AssertionError(f"{value!r} fits {self.keys[number]}")

    def _sort_key(self, number: int, value: str) -> SortKey | None:
        sort_key = self.keys[number].kind.sort_key
        if sort_key is None or value == DEFAULT_PARTITION:
            return None
        try:
            return sort_key(value)
        except ValueError:
            raise self.misfit(number, value) from None


@lru_cache(maxsize=256)
def compile_filter(expression: str | None, keys: tuple[PartitionKey, ...]) -> PartitionFilter | None:
    """Type an expression by the partition keys; None where nothing is filtered. Raises InvalidExpression."""
    node = parse_expression(expression)
    if node is None:
        return None
    rule = _Typing(keys).rule(node, negated=False)
    tested = {test.key for test in _tests(rule)}
    compared = tuple(number for number in sorted(tested) if keys[number].kind.sort_key)
    conjuncts = rule.parts if isinstance(rule, All) else (rule,)
    fixed = frozenset(part.key for part in conjuncts if isinstance(part, CompareTest) and part.op == "=")
    return PartitionFilter(keys, rule, compared, fixed)


class _Typing:
    """From the parsed tree to typed rules without NOT."""

    def __init__(self, keys: Sequence[PartitionKey]) -> None:
        self.keys = keys

    def rule(self, node: Node, *, negated: bool) -> Rule:
        match node:
            case Not(part):
                return self.rule(part, negated=not negated)
            case And(parts) | Or(parts):
                rules = tuple(self.rule(part, negated=negated) for part in parts)
                return _joined(All if isinstance(node, And) is not negated else AnyOf, rules)
            case IsNull(column):
                self._key(column)
                return Constant(negated)
            case Compare(column, op, literal):
                return self._compare(column, _NEGATED[op] if negated else op, literal)
            case Between(column, low, high) if negated:
                return AnyOf((self._compare(column, "<", low), self._compare(column, ">", high)))
            case Between(column, low, high):
                return All((self._compare(column, ">=", low), self._compare(column, "<=", high)))
            case In(column, literals):
                number, key = self._comparable(column)
                return InTest(number, key.kind.sort_key is not None, tuple(_operand(key, literal) for literal in literals), negated)
            case Like(column, pattern):
                return self._like(column, pattern, negated=negated)

    def _key(self, column: str) -> int:
        for number, key in enumerate(self.keys):
            if key.name == column:
                return number
        raise InvalidExpression("Invalid partition expression!")

    def _comparable(self, column: str) -> tuple[int, PartitionKey]:
        number = self._key(column)
        if not self.keys[number].kind.comparable:
            raise InvalidExpression(f"Unknown type : '{self.keys[number].type}'")
        return number, self.keys[number]

    def _compare(self, column: str, op: str, literal: str) -> CompareTest:
        number, key = self._comparable(column)
        return CompareTest(number, key.kind.sort_key is not None, op, _operand(key, literal))

    def _like(self, column: str, pattern: str, *, negated: bool) -> LikeTest:
        number, key = self._comparable(column)
        if key.kind.sort_key is not None:
            raise InvalidExpression(f"{key.kind.title} data type doesn't support operation 'LIKE'")
        return LikeTest(number, pattern, negated)


def _joined(join: type[All | AnyOf], rules: tuple[Rule, ...]) -> Rule:
    """Join rules, taking in what is joined alike already: SQLite sees each test that all rows must pass."""
    flat: list[Rule] = []
    for rule in rules:
        flat.extend(rule.parts if isinstance(rule, join) else (rule,))
    return join(tuple(flat))


def _operand(key: PartitionKey, literal: str) -> SortKey:
    if key.kind.sort_key is None:
        return literal
    try:
        return key.kind.sort_key(literal)
    except ValueError as error:
        raise InvalidExpression(str(error)) from None


def _tests(rule: Rule) -> Iterator[Test]:
    if isinstance(rule, (All, AnyOf)):
        for part in rule.parts:
            yield from _tests(part)
    elif not isinstance(rule, Constant):
        yield rule


def _holds(rule: Rule, values: Sequence[SortKey | None]) -> bool:
    match rule:
        case All(parts):
            return all(_holds(part, values) for part in parts)
        case AnyOf(parts):
            return any(_holds(part, values) for part in parts)
        case Constant(truth):
            return truth
        case _:
            value = values[rule.key]
            return value is not None and rule.holds(value)


def _sql(rule: Rule, *, resumed: bool, seek: bool) -> Sql:
    """Return a condition; only tests that every row must pass may choose where SQLite seeks (`+k0` may not)."""
    match rule:
        case All(parts) | AnyOf(parts):
            within = seek and isinstance(rule, All)
            pieces = [_sql(part, resumed=resumed, seek=within) for part in parts]
            bound = [value for _, values in pieces for value in values]
            return "(" + (" AND " if isinstance(rule, All) else " OR ").join(text for text, _ in pieces) + ")", bound
        case Constant(truth):
            return "1" if truth else "0", []
        case _:
            return rule.sql(f"k{rule.key}" if seek else f"+k{rule.key}", resumed=resumed and seek)


@lru_cache(maxsize=256)
def _like(pattern: str) -> re.Pattern[str]:
    """Return a regular expression that takes time linear in the text: each run after a % is found once, leftmost."""
    first, *runs = [re.sub(".", _like_character, run, flags=re.DOTALL) for run in pattern.split("%")]
    if not runs:
        return re.compile(first, re.DOTALL)
    middle = "".join(f"(?>.*?{run})" for run in runs[:-1])
    return re.compile(f"{first}{middle}.*{runs[-1]}", re.DOTALL)


def _like_character(match: re.Match[str]) -> str:
    return "." if match[0] == "_" else re.escape(match[0])


def _glob(pattern: str) -> str:
    return re.sub(r"[*?\[%_]", lambda match: {"%": "*", "_": "?"}.get(match[0], f"[{match[0]}]"), pattern)
