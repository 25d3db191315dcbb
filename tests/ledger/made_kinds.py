"""A full row and a bare row of every kind, made from the declarations of their fields."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from ledger.declaring import Stated
from ledger.facts import Reported
from ledger.kinds import KINDS, Kind
from tests.ledger.made_rows import EARLIER, Row

DAY = date(2024, 1, 2)
ROLES = {
    **dict.fromkeys(("buyer", "other", "payer", "opener", "acceptor", "risk"), "b"),
    **dict.fromkeys(("guarantor", "insurer", "auditor", "warehouse", "carrier"), "g"),
    **dict.fromkeys(("lender", "assignee", "secured_party", "loss_payee", "custodian"), "g"),
}
TEXTS = {
    "uscc": "91350100M000100Y43",
    "lei": "213800KUD8LAJWSQ9D15",
    "bic": "DEUTDEFF",
    "cnaps": "102100099996",
    "goods_code": "1010101010000000000",
    "country": "BR",
    "currency": "BRL",
    "industry_code": "C3311",
    "number": "24110000000000000001",
}
SPECIAL: dict[str, Row] = {
    "party": {"person_linked": False},  # what names a person is kept otherwise: test_persons
    "invoice": {"net_minor": 100, "tax_minor": 13, "gross_minor": 113, "red_of": None},
    "invoice_line": {"gross_minor": 2},
    "payment": {"amount_minor": 1_000},
    "e_certificate": {"split_from": None},
}
BARE: dict[str, Row] = {
    "confirmation": {"level": 0},
    "outcome": {"defaulted": False},
}


def plain_type(annotation: Any) -> Any:
    """The type of a field without None and without its constraints."""
    if get_origin(annotation) is Annotated:
        return plain_type(get_args(annotation)[0])
    if get_origin(annotation) in (Union, type(int | None)):
        return plain_type(next(one for one in get_args(annotation) if one is not type(None)))
    return annotation


def limits(kind: Kind, field: str) -> tuple[int, int]:
    """Least and largest value of a whole number."""
    found = kind.row.model_fields[field].metadata
    low = next(one.ge for one in found if getattr(one, "ge", None) is not None)
    return low, next(one.le for one in found if getattr(one, "le", None) is not None)


def reported(row: type[Reported]) -> list[str]:
    return [name for name in row.model_fields if name not in Reported.model_fields]


def value(kind: Kind, field: str) -> Any:
    form = plain_type(kind.row.model_fields[field].annotation)
    named = kind.names.get(field)
    if named is not None:
        return ROLES.get(field, "s") if named == "party" else f"{named}-1"
    if get_origin(form) is Literal:
        return get_args(form)[0]
    if field.endswith("_hash"):
        return "0123456789abcdef" * 4
    simple = {bool: True, str: TEXTS.get(field, "text"), date: DAY, type(EARLIER): EARLIER}
    return simple[form] if form in simple else max(1, limits(kind, field)[0])


def full_row(kind: Kind) -> Row:
    """A row with every field."""
    row = {field: value(kind, field) for field in reported(kind.row)}
    if issubclass(kind.row, Stated):
        for first, second in kind.row.spans:
            row[second] = row[first] + timedelta(days=30)
    return {
        "ref": f"{kind.name}-1",
        "happened_at": EARLIER,
        "known_at": EARLIER + timedelta(days=2),
        **row,
        **SPECIAL.get(kind.name, {}),
    }


def bare_row(kind: Kind) -> Row:
    """A row with nothing but what is mandatory."""
    fields = kind.row.model_fields
    needed = {name: said for name, said in full_row(kind).items() if fields[name].is_required()}
    return {**needed, "ref": f"{kind.name}-2", **BARE.get(kind.name, {})}


def every_kind() -> dict[str, list[Row]]:
    """A batch with two rows of each kind, and the parties that they name."""
    rows = {kind.name: [full_row(kind), bare_row(kind)] for kind in KINDS}
    rows["party"] += [{"ref": ref, "happened_at": EARLIER} for ref in ("s", "b", "g")]
    red = {"red_of": "invoice-1", "net_minor": -100, "tax_minor": -13, "gross_minor": -113}
    rows["invoice"].append({**full_row(BY_NAME["invoice"]), "ref": "invoice-3", **red})
    split = {"split_from": "e_certificate-1"}
    rows["e_certificate"].append(
        {**full_row(BY_NAME["e_certificate"]), "ref": "e_certificate-3", **split}
    )
    return rows


def kinds_before(revision: str) -> dict[str, list[Row]]:
    """The same without the kinds that came with a migration or later."""
    later = {name for name, since in SINCE.items() if since >= revision}
    return {name: rows for name, rows in every_kind().items() if name not in later}


SINCE = {"graph_measure": "0006", "business_value": "0009"}
"""The migration that brought a kind, where it came after the full ledger."""

BY_NAME = {kind.name: kind for kind in KINDS}
