"""Which SerDe reads a table, and what it must be told: Glue's formats, SerDes and parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ..classifiers.custom.csv import LAZY_SIMPLE, OPEN_CSV, SERDE
from ..classifiers.delimited.fixed_width import REGEX
from ..classifiers.documents.xml import ROW_TAG
from ..classifiers.grok.pattern import GROK_CUSTOM, GROK_PATTERN
from ..classifiers.inference.names import column_name
from ..classifiers.inference.resolve import Inference
from ..classifiers.inference.spelling import case_matters, mappings
from ..classifiers.inference.summary import merge_all
from ..classifiers.sample import UNKNOWN, Dialect, Format
from .signatures import Signature

_TEXT = ("org.apache.hadoop.mapred.TextInputFormat", "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat")
_LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
_NO_DELIMITER = "\x01"  # Hive's own default: what a single column does not hold
_GROK = "com.amazonaws.glue.serde.GrokSerDe"
_REGEX = "org.apache.hadoop.hive.serde2.RegexSerDe"
_OPENX_JSON = "org.openx.data.jsonserde.JsonSerDe"


@dataclass(frozen=True, slots=True)
class Reading:
    """How a table's objects are read."""

    input_format: str | None
    output_format: str | None
    library: str | None
    serde: dict[str, str] = field(default_factory=dict)  # the SerDe's parameters
    table: dict[str, str] = field(default_factory=dict)  # the table's, by format
    own: dict[str, str] = field(default_factory=dict)  # gluepot's, for `scan`


# [seen] Parquet and Avro carry serialization.format=1; ORC's is a guess.
_BINARY = {
    "parquet": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
    "orc": (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    ),
    "avro": (
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "bson": (  # [guess] MongoDB's connector for Hadoop
        "com.mongodb.hadoop.mapred.BSONFileInputFormat",
        "com.mongodb.hadoop.hive.output.HiveBSONFileOutputFormat",
        "com.mongodb.hadoop.hive.BSONSerDe",
    ),
}

_ION = (
    "com.amazon.ionhiveserde.formats.IonInputFormat",
    "com.amazon.ionhiveserde.formats.IonOutputFormat",
    "com.amazon.ionhiveserde.IonHiveSerDe",
)


def reading_of(signatures: Sequence[Signature], inference: Inference) -> Reading:
    """Return how to read a table whose objects have these signatures, all compatible."""
    form = signatures[0].format
    # Whatever a custom classifier calls it, logs and XML have readers of their own.
    if GROK_PATTERN in dict(form.options):
        return _grok(dict(form.options))
    if ROW_TAG in dict(form.options):
        return Reading(*_TEXT, None, table=dict(form.options))  # [guess] Hive has no SerDe for XML
    if REGEX in dict(form.options):
        return _regex(dict(form.options))
    if form.classification in _BINARY:
        return _binary(form)
    if form.classification == "ion":
        return Reading(*_ION, _path_extractors(signatures))
    if form.classification == "json":
        return _json(signatures, inference)
    if form.dialect is not None:
        dialects = [signature.format.dialect for signature in signatures if signature.format.dialect]
        return _csv(dialects, inference, dict(form.options))
    return Reading(None, None, None)


def _path_extractors(signatures: Sequence[Signature]) -> dict[str, str]:
    """Return what tells the SerDe which field a column reads, where its name is not the column's in another case [doc]."""
    names = sorted({name for signature in signatures for name in signature.schema.members})
    columns = {column_name(name, 0): name for name in names}
    return {
        "serialization.format": "1",
        **{f"ion.{column}.path_extractor": f"('{name}')" for column, name in columns.items() if column != name.lower()},
    }


def _binary(form: Format) -> Reading:
    inputs, outputs, library = _BINARY[form.classification]
    literal = {"avro.schema.literal": form.schema_literal} if form.schema_literal else {}
    return Reading(inputs, outputs, library, {**literal, **dict(form.options), "serialization.format": "1"}, literal)


def _grok(options: dict[str, str]) -> Reading:
    """[seen] The SerDe's parameters; [guess] the table's repeat them under their own names."""
    serde = {"input.format": options[GROK_PATTERN]}
    if GROK_CUSTOM in options:
        serde["input.grokCustomPatterns"] = options[GROK_CUSTOM]
    return Reading(*_TEXT, _GROK, serde, options)


def _regex(options: dict[str, str]) -> Reading:
    table = {name: value for name, value in options.items() if name.startswith("skip.")}
    serde = {name: _HIVE_CHARSETS.get(value, value) for name, value in options.items() if name not in table}
    return Reading(*_TEXT, _REGEX, {**serde, "serialization.format": "1"}, table)


def _json(signatures: Sequence[Signature], inference: Inference) -> Reading:
    names = sorted({name for signature in signatures for name in signature.schema.members})  # [seen] byte order, as written
    serde = {"paths": ",".join(names)}
    options = dict(signatures[0].format.options)
    if inference == "glue":
        if len({name.lower() for name in names}) < len(names):
            serde |= _case_sensitive({name.lower(): name for name in reversed(names)})
        return Reading(*_TEXT, _OPENX_JSON, serde, options)
    schema = merge_all(signature.schema for signature in signatures)
    if case_matters(schema):
        serde |= _case_sensitive(mappings(schema, fold=False))
    else:
        serde |= {f"mapping.{column}": key for column, key in mappings(schema, fold=True).items()}
    return Reading(*_TEXT, _OPENX_JSON, serde, options)


def _case_sensitive(keys: Mapping[str, str]) -> dict[str, str]:
    """Return what tells the SerDe which key each column reads; it then folds no case."""
    return {"case.insensitive": "false", **{f"mapping.{column}": key for column, key in keys.items() if column != key}}


def _csv(dialects: Sequence[Dialect], inference: Inference, options: dict[str, str]) -> Reading:
    first = dialects[0]
    delimiter = first.delimiter or _NO_DELIMITER
    quotes = sorted({dialect.quote for dialect in dialects if dialect.quote}, reverse=True)
    escapes = sorted({dialect.escape for dialect in dialects if dialect.escape})
    skipped = first.skipped_lines + first.header
    table = {"delimiter": delimiter, "columnsOrdered": "true", "areColumnsQuoted": "false", **options}
    if skipped:
        table["skip.header.line.count"] = str(skipped)
    if first.trailing_lines:  # Hive and Trino leave them out; Athena and Spark show them as rows
        table["skip.footer.line.count"] = str(first.trailing_lines)
    own = {"gluepot.comment": first.comment} if first.comment else {}
    # [doc] Glue writes LazySimpleSerDe even for quoted data, and tells users to change it, or to say so in a classifier.
    chosen = options.get(SERDE) or (OPEN_CSV if quotes and inference == "accurate" else LAZY_SIMPLE)
    if chosen == OPEN_CSV:
        serde = {"separatorChar": delimiter, "quoteChar": quotes[0] if quotes else '"', "escapeChar": escapes[0] if escapes else "\\"}
        return Reading(*_TEXT, _OPEN_CSV, _encoded(serde, dialects), {**table, "areColumnsQuoted": "true"}, own)
    return Reading(*_TEXT, _LAZY_SIMPLE, _encoded({"field.delim": delimiter}, dialects), table, own)


def _encoded(serde: dict[str, str], dialects: Sequence[Dialect]) -> dict[str, str]:
    encodings = {dialect.encoding for dialect in dialects} - {"utf-8", "utf-8-sig"}
    return {**serde, "serialization.encoding": _HIVE_CHARSETS.get(min(encodings), min(encodings))} if encodings else serde


_HIVE_CHARSETS = {"cp1252": "windows-1252", "utf-16": "UTF-16", "utf-16-le": "UTF-16LE", "utf-16-be": "UTF-16BE", "utf-32": "UTF-32"}


def codec_of(signatures: Sequence[Signature]) -> str:
    """Return what Glue calls the compression: the commonest one. [seen] `unknown` for UNKNOWN tables."""
    if signatures[0].format.classification == UNKNOWN:
        return "unknown"
    counts: dict[str, int] = {}
    for signature in signatures:
        counts[signature.format.codec] = counts.get(signature.format.codec, 0) + signature.objects
    return max(sorted(counts), key=lambda codec: counts[codec])


def exclusions_parameter(patterns: Sequence[str]) -> dict[str, str]:
    """Return Glue's `exclusions` parameter: a JSON array of patterns joined to the include path [seen]."""
    return {"exclusions": json.dumps(patterns)} if patterns else {}
