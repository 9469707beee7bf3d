"""The coffee shop's files: the same bytes every time, with the blemishes that real lakes have."""

from __future__ import annotations

import csv
import gzip
import io
import json
import shlex
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from ..errors import InvalidInput

README = """Written by `crawl demo`, which overwrites all of it when it is run again.

lake/sales    point-of-sale exports, a CSV a day; one is gzipped, one has a byte order mark,
              one day has an empty file; customers without a card are N/A
lake/members  loyalty members, nested JSON lines with optional fields
lake/weather  Parquet by year and month
lake/logs     gzipped web logs, by day in plain folders
crm.db        what guests say, in SQLite; `crawl demo --postgres URL` puts it into PostgreSQL
gluepot.db    the catalog of all that
"""
FIRST_DAY = date(2026, 2, 23)
DAYS = 14
GZIPPED_DAY, MARKED_DAY, HALF_EMPTY_DAY = 5, 8, 10  # counted from the first
CUSTOMERS = range(1001, 1081)
STORES = ("0007", "0012", "0031")
MENU = (
    ("Espresso", 2.2),
    ("Flat white", 3.6),
    ("Latte, oat milk", 4.1),
    ("Filter, large", 3.3),
    ("Croissant", 2.8),
    ('"Sunday" cake', 5.5),
)
CITIES = (("Lisboa", "1100-148"), ("Porto", "4000-322"), ("Coimbra", "3000-213"), ("Évora", "7000-503"))
PAGES = ("/", "/menu", "/stores/0007", "/api/points", "/favicon.ico")

Files = Iterator[tuple[str, bytes]]  # path in the lake, content


def write_lake(folder: Path) -> Path:
    """Write the lake to `folder/lake`, and return that folder.

    Raises InvalidInput where the folder holds anything and `crawl demo` did not make it.
    """
    readme = folder / "README.txt"
    ours = readme.is_file() and readme.read_bytes() == README.encode()
    if folder.exists() and not ours and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidInput(f"{folder} holds what crawl demo did not write; name a new folder: crawl demo FOLDER.")
    folder.mkdir(parents=True, exist_ok=True)
    readme.write_bytes(README.encode())
    for path, content in lake_files():
        (folder / "lake" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "lake" / path).write_bytes(content)
    return folder / "lake"


def next_commands(catalog: Path, feedback: str) -> str:
    """Return commands worth typing next, ready to be pasted; `feedback` is the name of the database's table."""
    where = f"--catalog {shlex.quote(str(catalog))}"
    spent = "with spent as (select customer_id, sum(amount) as spent from sales group by all)"
    join = f"{spent} select rating, count(*) as opinions, round(avg(spent), 2) as spent from {feedback} join spent using (customer_id) group by all order by rating desc"
    return f"""
The catalog is {catalog}. Worth typing next:
  crawl tables {where}
  crawl explain default.sales.customer_id {where}
  crawl query '{join}' {where}"""


def lake_files() -> Files:
    """Yield every file of the lake."""
    chance = Random(2026)  # noqa: S311 - the same lake every time
    yield from _sales(chance)
    yield from _members(chance)
    yield from _weather(chance)
    yield from _logs(chance)


def _sales(chance: Random) -> Files:
    number = 500_000
    for day in range(DAYS):
        folder = f"sales/dt={FIRST_DAY + timedelta(day)}"
        rows = [_sale(chance, number + position, FIRST_DAY + timedelta(day)) for position in range(chance.randrange(60, 120))]
        number += len(rows)
        content = _csv(rows)
        if day == GZIPPED_DAY:
            yield f"{folder}/pos.csv.gz", gzip.compress(content, mtime=0)
        else:
            yield f"{folder}/pos.csv", b"\xef\xbb\xbf" * (day == MARKED_DAY) + content
        if day == HALF_EMPTY_DAY:
            yield f"{folder}/pos-late.csv", b""
        yield f"{folder}/_SUCCESS", b""


def _sale(chance: Random, number: int, day: date) -> list[object]:
    item, price = chance.choice(MENU)
    quantity = chance.choice((1, 1, 1, 2, 3))
    customer = chance.choice(CUSTOMERS) if chance.random() < 0.8 else "N/A"
    paid_at = datetime.combine(day, datetime.min.time()) + timedelta(seconds=chance.randrange(7 * 3600, 20 * 3600))
    return [number, customer, chance.choice(STORES), item, quantity, f"{price * quantity:.2f}", paid_at]


def _csv(rows: list[list[object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["transaction_id", "customer_id", "store", "item", "quantity", "amount", "paid_at"])
    writer.writerows(rows)
    return text.getvalue().encode()


def _members(chance: Random) -> Files:
    half = len(CUSTOMERS) // 2
    for number, customers in enumerate((CUSTOMERS[:half], CUSTOMERS[half:]), 1):
        lines = (json.dumps(_member(chance, customer), ensure_ascii=False) for customer in customers)
        yield f"members/part-{number}.jsonl", ("\n".join(lines) + "\n").encode()


def _member(chance: Random, customer: int) -> dict[str, object]:
    city, postcode = chance.choice(CITIES)
    member: dict[str, object] = {
        "customer_id": customer,
        "email": f"member{customer}@example.com",
        "joined": str(date(2024, 1, 1) + timedelta(chance.randrange(700))),
        "address": {"city": city, "postcode": postcode},
        "favourites": [item for item, _ in chance.sample(MENU, chance.randrange(3))],
    }
    if chance.random() < 0.5:
        member["address"] = {"street": f"Rua {chance.randrange(1, 90)}", "city": city, "postcode": postcode}
    if chance.random() < 0.3:
        member["birthday"] = {"month": chance.randrange(1, 13), "day": chance.randrange(1, 29)}
    return member


def _weather(chance: Random) -> Files:
    import pyarrow
    import pyarrow.parquet

    for month in (1, 2, 3):
        hours = [datetime(2026, month, 1) + timedelta(hours=hour) for hour in range(28 * 24)]
        table = pyarrow.table(
            {
                "observed_at": pyarrow.array(hours, pyarrow.timestamp("ms")),
                "store": [chance.choice(STORES) for _ in hours],
                "temperature": [round(chance.gauss(8 + month, 4), 1) for _ in hours],
                "rain_mm": [round(max(0.0, chance.gauss(-1, 2)), 1) if chance.random() < 0.97 else None for _ in hours],
            }
        )
        sink = io.BytesIO()
        pyarrow.parquet.write_table(table, sink)
        yield f"weather/year=2026/month={month:02}/part-0.parquet", sink.getvalue()


def _logs(chance: Random) -> Files:
    for day in range(3):
        moment = datetime.combine(FIRST_DAY + timedelta(day), datetime.min.time())
        lines: list[str] = []
        for _ in range(200):
            moment += timedelta(seconds=chance.randrange(1, 400))
            address = f"203.0.113.{chance.randrange(1, 255)}"
            request = f"GET {chance.choice(PAGES)} HTTP/1.1"
            lines.append(
                f'{address} - - [{moment:%d/%b/%Y:%H:%M:%S} +0000] "{request}" {chance.choice((200, 200, 304, 404))} {chance.randrange(9000)}'
            )
        yield (
            f"logs/{moment:%Y/%m}/{FIRST_DAY + timedelta(day):%d}/access.log.gz",
            gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0),
        )
