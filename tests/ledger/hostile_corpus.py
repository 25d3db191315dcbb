"""Bodies made to break whoever reads them: refused as a whole, or row by row."""

import pyarrow as pa

from ledger.kinds import BY_NAME
from ledger.reports.reading import Form
from tests.ledger.made_kinds import full_row
from tests.ledger.written_reports import FORMS, as_parquet, parquet

FULL = [full_row(BY_NAME["party"]) | {"ref": f"p-{at}", "name": "张三"} for at in range(3)]
GOOD = '{"ref":"a","happened_at":"2024-01-02T00:00:00Z"}'
HEAD = "ref,happened_at,name\n"
CELLS = "a,2024-01-02T00:00:00Z,张三\n"

REFUSED: list[tuple[Form, bytes]] = [
    *((form, b"") for form in FORMS),
    ("json", b" "),
    ("json", b"["),
    ("json", b"[{"),
    ("json", b'[{"ref":'),
    ("json", f"[{GOOD}".encode()),
    ("json", f"[{GOOD},]".encode()),
    ("json", f"[{GOOD} {GOOD}]".encode()),
    ("json", f"[{GOOD}]]".encode()),
    ("json", f"{GOOD}\n{GOOD}".encode()),
    ("json", b"12"),
    ("json", b"null"),
    ("json", b'"' + b"a" * 3_000_000 + b'"'),
    ("json", b'[{"ref":"' + b"a" * 3_000_000 + b'"}]'),
    ("json", b"[" * 1_000_000),
    ("json", b'[{"a":' * 300_000),
    ("json", b'[{"ref":"\xff"}]'),
    ("json", b'[{"ref":"\xed\xa0\x80"}]'),
    ("json", b'[{"ref":"a\x00"}]'),
    ("json", b"[01]"),
    ("json", b"[// rows\n]"),
    *((form, GOOD.encode("utf-16")) for form in ("json", "ndjson")),
    *((form, GOOD.encode("utf-16-be")) for form in ("json", "ndjson")),
    *((form, GOOD.encode("utf-32")) for form in ("json", "ndjson")),
    ("csv", (HEAD + CELLS).encode("utf-16")),
    ("csv", (HEAD + CELLS).encode("utf-16-le")),
    ("csv", b"\n\n"),
    ("csv", b",,,\n"),
    ("csv", b"ref,happened_at,ref\n"),
    ("csv", b"ref,happened_at, ref\n"),
    ("csv", b"ref,happened_at,colour\n"),
    ("csv", b"ref,name\n"),
    ("csv", CELLS.encode()),
    ("csv", b"ref;happened_at\n"),
    ("csv", b'"ref,happened_at\n'),
    ("csv", b"ref,happened_at,\xff\n"),
    ("csv", b"ref,happened\0_at\n"),
    ("csv", b",".join(b"a%d" % at for at in range(1_000_000))),
    ("csv", b"," * 1_000_000),
    ("csv", b"a" * 5_000_000),
    ("parquet", b"PAR1"),
    ("parquet", b"PAR1" * 100),
    ("parquet", GOOD.encode()),
    ("parquet", b"PAR1" + b"\xff" * 50 + b"\xff\xff\xff\x7fPAR1"),
    ("parquet", as_parquet("party", FULL)[:-9]),
    ("parquet", as_parquet("party", FULL)[200:]),
    ("parquet", parquet({})),
    ("parquet", parquet({"ref": pa.array(["a"])})),
]
"""Reports that can't be read as a whole."""

QUARANTINED: list[tuple[Form, str, dict[int, str]]] = [
    ("ndjson", "{}\nx\n" + GOOD, {2: "not JSON"}),
    ("ndjson", GOOD + "\n" + '{"ref":"' + "a" * 300_000 + '"}\n' + GOOD, {2: "more than"}),
    ("ndjson", "[" * 100_000 + "\n" + GOOD, {1: "nested"}),
    ("ndjson", '{"ref":"\\ud800"}\n' + GOOD, {1: "half a surrogate"}),
    ("ndjson", '{"ref":"a","ref":"a"}\n', {1: "twice"}),
    ("ndjson", GOOD + GOOD + "\n" + GOOD, {1: "not JSON"}),
    ("ndjson", '{"ref":"a\n"}\n', {1: "not JSON", 2: "not JSON"}),
    (
        "json",
        '[{"ref":NaN},{"ref":-Infinity},{"ref":1e400},{"ref":1.5}]',
        dict.fromkeys(range(1, 5), "a number"),
    ),
    ("json", '[{"ref":' + "9" * 5_000 + "}]", {1: "too long"}),
    ("json", '[{"ref":{"a":1}},{"ref":[]},7,null,"a"]', dict.fromkeys(range(1, 6), "")),
    ("json", '[{"ref":"a","ref":"b"}]', {1: "twice"}),
    ("json", '[{"\\udfff":1}]', {1: "no such field"}),
    ("csv", HEAD + CELLS + 'a,b,"c\n' + CELLS * 3, {3: "a quote"}),
    ("csv", HEAD + 'a,b,c"d"\n' + 'a,b,"c"d\n' + CELLS, {2: "", 3: "a quote"}),
    ("csv", HEAD + "a,b\n" + "a,b,c,d\n" + CELLS, {2: "2 fields", 3: "4 fields"}),
    ("csv", HEAD + CELLS.replace("张三", "\0") + CELLS, {2: "NUL"}),
    ("csv", HEAD + "a" * 2_000_000 + "\n" + CELLS, {2: "characters or more"}),
    ("csv", HEAD + 'a,b,"' + "\n" * 300 + CELLS, {2: "a quote"}),
]
"""Reports with rows that can't be read: the lines of these, and a part of the reason."""
