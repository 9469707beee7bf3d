"""How many lines of a file of grok cases match, or do not, as they should: `python bench/grok.py CASES.jsonl`.

A case is an object with `pattern` (a name of the library), `message` and `match` (true or false).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from gluepot.classifiers.grok.pattern import compile_grok
from gluepot.errors import GluepotError


def right(case: dict[str, object]) -> bool:
    try:
        return (compile_grok(f"%{{{case['pattern']}}}").match(str(case["message"])) is not None) is case["match"]
    except GluepotError as error:
        print(error)
        return False


def main() -> None:
    cases = [json.loads(line) for line in Path(sys.argv[1]).read_text().splitlines()]
    started = time.perf_counter()
    wrong = [case for case in cases if not right(case)]
    for case in wrong:
        print(case["pattern"], case["match"], case["message"])
    print(f"{100 - 100 * len(wrong) / len(cases):.1f} % of {len(cases)} lines are right, in {time.perf_counter() - started:.2f} s")


if __name__ == "__main__":
    main()
