"""What a file is that is no table: by its signature, or by what its lines look like.

It tells people why nothing was recognised, and keeps the CSV classifier from regular configuration and code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from .text import decode, encoding_of

BINARY = "it is binary, of a kind that is not known"
_LINES = 60  # of a text, blank ones left out, that are looked at
_LINE = 300  # characters of one
_TEXT = 1 << 14

# Where, what, and what it is. Formats that hold tables come first: their owners will ask.
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"SQLite format 3\0", "a SQLite database, which is a target of its own: sqlite:/// and its path"),
    (8, b"DUCK", "a DuckDB database"),
    (0, b"ARROW1", "an Arrow IPC (Feather) file"),
    (0, b"FEA1", "a Feather file of version 1"),
    (0, b"\xff\xff\xff\xff", "an Arrow IPC stream"),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (0, b"CDF\x01", "a NetCDF file"),
    (0, b"CDF\x02", "a NetCDF file"),
    (0, b"\x93NUMPY", "a NumPy array"),
    (0, b"RDX2\n", "an R workspace"),
    (0, b"RDX3\n", "an R workspace"),
    (0, b"X\n\0\0\0", "an R object"),
    (0, b"MATLAB 5.0 MAT-file", "a MATLAB file"),
    (0, b"<stata_dta>", "a Stata data set"),
    (0, b"$FL2", "an SPSS data set"),
    (0, b"HEADER RECORD*******LIB", "a SAS transport file"),
    (12, b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c", "a SAS data set"),
    (0, b"SEQ\x04", "a Hadoop sequence file"),
    (0, b"SEQ\x05", "a Hadoop sequence file"),
    (0, b"SEQ\x06", "a Hadoop sequence file"),
    (0, b"RCF\x01", "an RCFile"),
    (0, b"PARE", "a Parquet file with an encrypted footer"),
    (0, b"PGDMP", "a PostgreSQL dump in its own format"),
    (4, b"Standard Jet DB", "an Access database"),
    (4, b"Standard ACE DB", "an Access database"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old or encrypted Office document"),
    (0, b"PK\x03\x04", "a zip archive"),
    (257, b"ustar", "a tar archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"MSCF\0\0\0\0", "a cabinet archive"),
    (0, b"!<arch>\n", "an ar archive or Debian package"),
    (0, b"\xed\xab\xee\xdb", "an RPM package"),
    (0, b"\x1f\x9d", "a file of the old compress"),
    (0, b"LZIP", "an lzip file"),
    (0, b"\x89LZO\0", "an LZO file"),
    (0, b"%PDF-", "a PDF document"),
    (0, b"{\\rtf", "an RTF document"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (0, b"II*\0", "a TIFF image"),
    (0, b"MM\0*", "a TIFF image"),
    (8, b"WEBP", "a WebP image"),
    (8, b"WAVE", "a WAV recording"),
    (8, b"AVI ", "an AVI film"),
    (0, b"\0\0\1\0", "an icon"),
    (0, b"8BPS", "a Photoshop image"),
    (0, b"OggS", "an Ogg recording"),
    (0, b"fLaC", "a FLAC recording"),
    (0, b"ID3", "an MP3 recording"),
    (4, b"ftyp", "an MP4 or QuickTime file"),
    (0, b"\x1a\x45\xdf\xa3", "a Matroska or WebM file"),
    (0, b"\x7fELF", "a program or library (ELF)"),
    (0, b"MZ", "a Windows program"),
    (0, b"\xcf\xfa\xed\xfe", "a macOS program"),
    (0, b"\xca\xfe\xba\xbe", "a Java class or macOS program"),
    (0, b"\0asm", "a WebAssembly program"),
    (0, b"dex\n", "an Android program"),
    (2, b"\r\n\0\0", "compiled Python"),
    (0, b"GGUF", "a language model (GGUF)"),
    (8, b'{"', "a safetensors file"),
    (0, b"OTTO", "a font"),
    (0, b"\0\1\0\0\0", "a font"),
    (0, b"wOFF", "a font"),
    (0, b"wOF2", "a font"),
    (0, b"glTF", "a 3D model"),
    (0, b"bplist00", "a property list of macOS"),
)
_PICKLE = re.compile(rb"\x80[\x02-\x05][\x8a\x95(\}\]cX}]")

_BEGINNINGS = tuple(
    (re.compile(pattern, re.IGNORECASE), reason)
    for pattern, reason in (
        (r"#!", "a script"),
        (r"-----BEGIN [A-Z ]+-----", "a PEM file: a key or a certificate"),
        (r"<!doctype html|<html", "HTML"),
        (r"\\documentclass|\\usepackage|\\begin\{|\\input\b", "LaTeX"),
        (r"\{[%#]", "a template"),
        (r"BEGIN:VCARD", "a vCard"),
        (r"BEGIN:VCALENDAR", "a calendar"),
        (r"WEBVTT|1\n\d\d:\d\d:\d\d,\d{3} -->", "subtitles"),
        (r"(?:(?:From|Received|Return-Path|MIME-Version|Message-ID|Delivered-To)(?:: | \S+@)[^\n]*\n)", "an e-mail"),
        (r"(?:Index: .*|diff .*)\n|--- .*\n\+\+\+ ", "a patch"),
        (r"%YAML|---\s*\n\s*[\w\"'-]", "YAML"),
        (r"(?:--[^\n]*\n|/\*.*?\*/;?\s*|\s+)*+(?:create (?:or replace )?(?:\w+ )?(?:table|database|schema|view|index|function)|insert into|drop table|begin transaction|pragma \w+|set \w+ ?=|start transaction|(?:with \w+ as|select)\b[^;]*\bfrom)\b", "SQL"),
    )
)  # fmt: skip

_COMMENT = re.compile(r"\s*+(?:#(?!define|if|include|undef|endif|else|pragma|\[)|//|;|\"\s|--\s|/?\*|REM\b|<!--)", re.IGNORECASE)
_SECTION = re.compile(r"\[{1,2}[^\[\],;|\t]{1,80}\]{1,2}\s*(?:[#;].*)?")
_SETTING = re.compile(r"\s*+(?:export )?([A-Za-z_$][\w.$/@-]*(?:\[[\w,-]*\])?|\"[^\"]+\")\s*(?:[:+?]?=)(?!=).*")
_ENTRY = re.compile(r"(\s*(?:- )*)(\"[^\"]*\"|'[^']*'|[\w$./@*-]+(?: [\w$./@*-]+){0,4}):(?:\s+(.*))?")
_ITEM = re.compile(r"\s*- +\S.*")
_CODE = re.compile(
    r"""\s*+(?:
    (?:from\ [\w.]+\ )?import\ [\w.*{}\ ,$/@"'-]+(?:\ from\ ['"][^'"]+['"])?;?
    |(?:import|export)\ .*\ from\ ['"].*
    |(?:async\ )?(?:def|class|fn|func|function|sub|interface|trait|impl|struct|enum|namespace|module)\ [\w:.<>'"]+\s*[({:<;=].*
    |(?:pub|public|private|protected|static|internal|override|abstract|final|export|extern|unsafe)(?:\(\w+\))?\ [\w<>\[\]:]+.*
    |(?:package|use|using|no|require|include|require_once)\ ['"(]?[\w.:'"\\/]+.*;
    |require\ ['"].*
    |(?:const|let|var|val|my|our|local)\ [\w$@%({\[][^=,]*=.*
    |return\b[^,]*;?
    |(?:if|for|while|switch|elif|foreach|unless)\b.*[{:(]\s*
    |(?:if|for|while|switch)\ ?\(.*\)\s*\{?
    |[})\]]+\s*(?:else\b.*)?[;,]?
    |\#\s*(?:define|if|ifdef|ifndef|include|undef|endif|else|pragma)\b.*
    |\#\[.*\]
    |@[\w.]+(?:\(.*\))?
    |@?(?:echo|set|setlocal|goto)\b.*
    |(?:end|fi|done|esac|then|else|else:|try:|begin|BEGIN|END)
    |(?:SUBROUTINE|PROGRAM|CALL|IMPLICIT|INTEGER|REAL)\ .*
    |[\w.$>:-]+\(.*\)\s*[;{]
    |[\w.$]+\([^()]*\)
    |[\w.\[\]$>-]+\ [+*/|&-]?=\ [^,]*[;({\[]
    |library\(\w+\)
    |[\w.]+\ <-\ .*
    )\s*""",
    re.VERBOSE,
)
_MARKDOWN = tuple(
    re.compile(pattern)
    for pattern in (
        r"#{1,6} \S.*",
        r"```.*|~~~.*",
        r"\s*(?:[-*+]|\d+\.) .*\S.*",
        r".*\[[^\]]+\]\([^)\s]+\).*",
        r"\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*",
        r".*(?:\*\*[^*]+\*\*|`[^`]+`).*",
    )
)
_HEADING, _RULER = _MARKDOWN[0], _MARKDOWN[4]
_LATEX = re.compile(r"\s*+\\[a-zA-Z]+(?:\[[^\]]*\])?\{.*")
_TROFF = re.compile(r"\.(?:\\\"|[A-Za-z]{1,2}\b).*")
_LOGGED = re.compile(
    r"[\[(<]?(?:\d{4}[-/.]\d\d?[-/.]\d\d?[ T]\d\d?:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d\d?/[A-Z][a-z]{2}/\d{4}|\d\d:\d\d:\d\d[.,]?\d* )"
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN(?:ING)?|ERROR|FATAL)\b"
)


def foreign_kind(head: bytes) -> str:
    """Say what a file that begins so is, in a sentence, or nothing where it could be anything."""
    for place, signature, name in _SIGNATURES:
        if head.startswith(signature, place):
            return f"it is {name}"
    if _PICKLE.match(head):
        return "it is a Python pickle"
    encoding = encoding_of(head[:_TEXT])
    if encoding is None:
        return BINARY if head else ""
    text = decode(head[:_TEXT], encoding)
    if text.lstrip()[:1] == "{" and not text.lstrip().startswith(("{%", "{#")):
        return ""  # what is wrong with it as JSON says more
    return foreign_text(text) or _logged(_lines(text))


def foreign_text(text: str) -> str:
    """Say what a text reads like that is surely no table, or nothing. Takes a tenth of a millisecond."""
    start = text[:_TEXT].lstrip("\ufeff \t\n")
    for beginning, name in _BEGINNINGS:
        if beginning.match(start):
            return f"it begins like {name}"
    lines = _lines(start)
    return next((f"it reads like {name}" for name, reads in _SHAPES if reads(lines)), "")


def _lines(text: str) -> list[str]:
    lines = (line[:_LINE].rstrip() for line in text.split("\n", 4 * _LINES)[: 4 * _LINES])
    return [line for line in lines if line][:_LINES]


def _plain(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not _COMMENT.match(line)]


def _is_settings(lines: Sequence[str]) -> bool:
    """Sections, or names that are each given a value once."""
    plain = _plain(lines)
    sections = sum(_SECTION.fullmatch(line) is not None for line in plain)
    names = [match[1] for line in plain if (match := _SETTING.fullmatch(line))]
    if sections and names:
        return sections + len(names) >= 0.5 * len(plain)
    return len(names) > 1 and len(names) >= 0.9 * len(plain) and len(set(names)) >= 0.9 * len(names)


def _is_yaml(lines: Sequence[str]) -> bool:
    """Names and a colon with a space: nested, or each given once."""
    plain = _plain(lines)
    entries = [match for line in plain if (match := _ENTRY.fullmatch(line))]
    items = sum(_ITEM.fullmatch(line) is not None for line in plain)
    if len(entries) < 2:
        return False
    nested = sum(not match[3] for match in entries) + sum(match[1] != "" for match in entries)
    if nested and len({match[1] for match in entries}) > 1:
        indented = sum(line[0] == " " for line in plain)
        return len(entries) + items >= 0.5 * len(plain) and len(entries) + items + indented >= 0.9 * len(plain)
    names = {match[2] for match in entries if " " not in match[2]}
    return len(entries) >= 0.9 * len(plain) and len(names) >= 0.9 * len(entries)


def _is_markdown(lines: Sequence[str]) -> bool:
    """A heading or a table's ruler, and something else that only Markdown has."""
    kinds = sum(any(pattern.fullmatch(line) for line in lines) for pattern in _MARKDOWN)
    return kinds > 1 and any(_HEADING.fullmatch(line) or _RULER.fullmatch(line) for line in lines)


def _is_code(lines: Sequence[str]) -> bool:
    plain = _plain(lines)
    found = sum(_CODE.fullmatch(line) is not None for line in plain)
    return found >= 0.25 * len(plain) if found > 2 else found > 0 and found >= 0.6 * len(plain)


def _is_latex(lines: Sequence[str]) -> bool:
    return sum(_LATEX.fullmatch(line) is not None for line in lines) > max(1, 0.1 * len(lines))


def _is_troff(lines: Sequence[str]) -> bool:
    return sum(_TROFF.fullmatch(line) is not None for line in lines) > max(1, 0.3 * len(lines))


def _logged(lines: Sequence[str]) -> str:
    found = sum(_LOGGED.match(line) is not None for line in lines)
    return "it reads like a log, of a pattern that is not known: give a grok classifier" if found > 1 and found >= 0.7 * len(lines) else ""


_SHAPES: tuple[tuple[str, Callable[[Sequence[str]], bool]], ...] = (
    ("settings (INI, TOML or properties)", _is_settings),
    ("YAML", _is_yaml),
    ("Markdown", _is_markdown),
    ("a manual page", _is_troff),
    ("LaTeX", _is_latex),
    ("code", _is_code),
)
