"""Which part of a WHERE a catalog can apply to partitions, or a database to its rows, as a GetPartitions expression.

Only what means the same to Glue and to DuckDB is taken: a bare partition key against literals of its
own kind; of a database, which DuckDB filters again, what keeps every row that DuckDB would. Every predicate taken refuses nulls, so it may be applied beneath any join: a row that lacks
a match would fail the same predicate afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from sqlglot import exp

from ..catalog.model import Table
from ..catalog.types import Scalar, parse_type
from ..errors import InvalidInput
from .relation import engine_of, is_relation, native_columns

# Of a database's text only what its collation cannot make lose rows: it may take more for equal than DuckDB does, never less.
_TEXT = "text of a database"
_COMPARISONS: Mapping[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_MAX_LENGTH = 2048  # of Glue's expressions
_INTEGERS = ("tinyint", "smallint", "int", "bigint")
_INTEGER = re.compile(r"-?\d{1,18}")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}:\d{2}(\.\d{1,6})?)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Keys = Mapping[str, str]  # partition key → the name of its Hive type


def partition_filter(tree: exp.Query, name: str, table: Table) -> str | None:
    """Return an expression that every partition with rows for the statement satisfies, or None."""
    keys = _keys(table)
    node = next((found for found in tree.find_all(exp.Table) if found.name == name), None)
    select = node.find_ancestor(exp.Select) if node else None
    where = select.args.get("where") if select else None
    if node is None or where is None or select is None:
        return None
    alone = _sources(select) == 1
    taken: list[str] = []
    for condition in conjuncts(where.this):
        text = _expression(condition, lambda column: _key(column, node.alias_or_name, alone, keys), keys)
        if text and sum(map(len, taken)) + len(text) + 5 * len(taken) < _MAX_LENGTH:
            taken.append(text)
    return " AND ".join(taken) or None


def conjuncts(condition: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what ANDs join."""
    inner = condition.unnest()
    if isinstance(inner, exp.And):
        yield from conjuncts(inner.left)
        yield from conjuncts(inner.right)
    else:
        yield inner


def _keys(table: Table) -> dict[str, str]:
    """Return what can be compared: partition keys, and columns of a table in a database whose types are its own."""
    keys: dict[str, str] = {}
    if is_relation(table):
        moments = ("date", "timestamp") if engine_of(table).moments else ()
        kinds = {"string": _TEXT, **{name: name for name in (*_INTEGERS, "decimal", *moments)}}
        own = {column.name.lower(): parse_type(column.type or "string") for column in native_columns(table)}
        return {name: kinds[kind.name] for name, kind in own.items() if isinstance(kind, Scalar) and kind.name in kinds}
    for key in table.partition_keys or ():
        try:
            kind = parse_type(key.type or "string")
        except InvalidInput:
            continue
        if isinstance(kind, Scalar):
            keys[key.name.lower()] = kind.name
    return keys


def _sources(select: exp.Select) -> int:
    joins: Sequence[object] = select.args.get("joins") or ()
    return 1 + len(joins)


def _key(column: exp.Expr, alias: str, alone: bool, keys: Keys) -> str | None:
    if not isinstance(column, exp.Column) or column.name.lower() not in keys:
        return None
    mine = column.table.lower() == alias.lower() if column.table else alone
    return column.name.lower() if mine else None


Find = Callable[[exp.Expr], str | None]


def _expression(condition: exp.Expr, key_of: Find, keys: Keys) -> str | None:
    condition = condition.unnest()
    if isinstance(condition, exp.And | exp.Or):
        left, right = (_expression(side, key_of, keys) for side in (condition.left, condition.right))
        joined = "AND" if isinstance(condition, exp.And) else "OR"
        return f"({left} {joined} {right})" if left and right else None
    if type(condition) in _COMPARISONS:
        return _comparison(condition, key_of, keys)
    negated = isinstance(condition, exp.Not)
    inner = condition.this.unnest() if negated else condition
    key = key_of(inner.this) if isinstance(inner, exp.In | exp.Between | exp.Like) else None
    if key is None:
        return None
    return _predicate(inner, key, "NOT " if negated != bool(inner.args.get("negate")) else "", keys[key])


def _comparison(condition: exp.Expr, key_of: Find, keys: Keys) -> str | None:
    operator = _COMPARISONS[type(condition)]
    left, right = condition.this, condition.expression
    key = key_of(left)
    if key is None:
        key, left, right, operator = key_of(right), right, left, _MIRRORED.get(operator, operator)
    literal = _literal(right, keys[key]) if key and (operator == "=" or keys[key] != _TEXT) else None
    return f"{_quoted(key)} {operator} {literal}" if key and literal else None


def _predicate(condition: exp.Expr, key: str, negation: str, kind: str) -> str | None:
    if kind == _TEXT and (negation or isinstance(condition, exp.Between)):
        return None
    if isinstance(condition, exp.In):
        literals = [_literal(item, kind) for item in condition.expressions]
        return f"{_quoted(key)} {negation}IN ({', '.join(map(str, literals))})" if literals and all(literals) else None
    if isinstance(condition, exp.Between):
        low, high = _literal(condition.args["low"], kind), _literal(condition.args["high"], kind)
        return f"{_quoted(key)} {negation}BETWEEN {low} AND {high}" if low and high and not condition.args.get("symmetric") else None
    pattern = _literal(condition.expression, kind)
    return f"{_quoted(key)} {negation}LIKE {pattern}" if pattern and kind in ("string", _TEXT) else None


def _quoted(key: str) -> str:
    return "`" + key + "`"


def _literal(node: exp.Expr, kind: str) -> str | None:
    """Return a literal that Glue and DuckDB compare alike with a key of this type, or None."""
    node = node.unnest()
    if isinstance(node, exp.Cast) and isinstance(node.this, exp.Literal) and node.to.is_type(kind) and kind in ("date", "timestamp"):
        node = node.this
    text = f"-{node.this.name}" if isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) else node.name
    if not isinstance(node, exp.Literal | exp.Neg):
        return None
    if kind in _INTEGERS:
        return text if _INTEGER.fullmatch(text) else None
    if kind == "decimal":
        return text if _NUMBER.fullmatch(text) and not getattr(node, "is_string", False) else None
    if not isinstance(node, exp.Literal) or not node.is_string:
        return None
    if kind == "timestamp":
        return f"'{text}'" if _MOMENT.fullmatch(text) else None
    if kind in ("string", "varchar", _TEXT) or (kind == "date" and _DATE.fullmatch(text)):
        return "'" + text.replace("'", "''") + "'" if "\\" not in text else None
    return None
