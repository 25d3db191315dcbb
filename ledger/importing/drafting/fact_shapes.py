"""Which columns a kind of fact wants: for each field the roles that may fill it.

Roles are names of columns by meaning (``synonyms.toml``). The kinds that are guessed stand here;
any other kind can be asked for, and its fields are then looked for by their own names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ledger.declaring import references
from ledger.importing.drafting.synonyms import synonyms
from ledger.kinds import kind_of

Roles = Mapping[str, tuple[str, ...]]
"""For a field, the roles that may fill it, the best first."""


@dataclass(frozen=True)
class Shape:
    """How a kind of fact is found in a row.

    Attributes
    ----------
    kind : str
        The kind.
    roles : mapping
        The roles of its fields.
    needs : tuple of str
        Fields without a column of which a row is no such fact.
    one_of : tuple of str
        Fields of which it needs at least one; empty where ``needs`` says it all.
    happened : str
        The field whose day is that of the fact; empty where no column tells it.
    template : tuple of str
        Fields that make its key as they stand, where they tell its facts apart.
    key : tuple of str
        Fields that tell its facts apart together otherwise, as agreed when they come to be.
    later : tuple of str
        Fields that tell how it stands when the file is written, which nobody knew at its beginning.
    same : mapping
        Of a follower: fields that are what a field of the leading fact is (``ref`` is its key).
    followers : tuple of Shape
        Facts that the same row tells beside it.
    """

    kind: str
    roles: Roles
    needs: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    happened: str = ""
    template: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    later: tuple[str, ...] = ()
    same: Mapping[str, str] = field(default_factory=dict)
    followers: tuple[Shape, ...] = ()


ONE_IN_ALL_ROWS = ("supplier", "seller", "lender")
"""Parties that a file of their own facts need not name."""

SELLER = ("seller", "own", "seller_name", "own_name")
BUYER = ("buyer", "other", "buyer_name", "party", "other_name", "name")
CURRENCY: Roles = {"currency": ("currency",)}

PROFILE = Shape(
    kind="party_profile",
    roles={
        "industry": ("industry",),
        "size_class": ("size",),
        "region": ("region",),
        "phone_area": ("phone_area",),
        "mail_domain": ("mail_domain",),
        "employees": ("employees",),
        "ownership": ("ownership",),
        "vat_taxpayer": ("vat_taxpayer",),
        "tax_credit_grade": ("tax_credit_grade",),
    },
    one_of=("industry", "size_class", "region", "employees", "ownership", "tax_credit_grade"),
    same={"ref": "ref", "party": "ref", "happened_at": "happened_at"},
)

PARTY = Shape(
    kind="party",
    roles={
        "ref": ("party", "seller", "buyer", "own", "other", "id", "tax_id", "uscc"),
        "name": ("name", "seller_name", "buyer_name", "own_name", "other_name"),
        "uscc": ("uscc", "tax_id", "party"),
        "vat_id": ("tax_id",),
        "lei": ("lei",),
        "name_en": ("name_en",),
        "country": ("country",),
        "person_linked": ("person",),
        "onboarded_on": ("onboarded",),
        "established_on": ("established",),
    },
    needs=("ref",),
    followers=(PROFILE,),
)

PAYMENT_OF_CLAIM = Shape(
    kind="payment",
    roles={"paid_on": ("paid",), "amount_minor": ("paid_amount",)},
    needs=("paid_on",),
    happened="paid_on",
    same={
        "ref": "ref",
        "payer": "buyer",
        "payee": "supplier",
        "receivable": "ref",
        "amount_minor": "face_minor",
        "currency": "currency",
    },
)

RECEIVABLE = Shape(
    kind="receivable",
    roles={
        "ref": ("claim", "id", "number"),
        "supplier": SELLER,
        "buyer": BUYER,
        "issued_on": ("issued", "day", "ordered"),
        "due_on": ("due",),
        "face_minor": ("amount", "gross", "net"),
        "rate_ppm": ("rate",),
        "outstanding_minor": ("outstanding",),
        "status": ("status",),
        **CURRENCY,
    },
    needs=("buyer", "issued_on", "due_on"),
    happened="issued_on",
    key=("supplier", "buyer", "issued_on", "due_on", "face_minor", "rate_ppm"),
    later=("outstanding_minor", "status"),
    followers=(PAYMENT_OF_CLAIM,),
)

INVOICE = Shape(
    kind="invoice",
    roles={
        "ref": ("id",),
        "seller": SELLER,
        "buyer": BUYER,
        "number": ("number",),
        "code": ("code",),
        "kind": ("sort",),
        "issued_on": ("issued", "day"),
        "due_on": ("due",),
        "net_minor": ("net", "amount"),
        "tax_minor": ("tax",),
        "gross_minor": ("gross", "amount"),
        **CURRENCY,
    },
    needs=("buyer", "number", "issued_on", "net_minor", "tax_minor", "gross_minor"),
    happened="issued_on",
    template=("seller", "code", "number"),
    key=("seller", "buyer", "code", "number", "issued_on", "gross_minor"),
    followers=(
        Shape(
            kind="invoice_status",
            roles={"status": ("status",)},
            needs=("status",),
            same={"ref": "ref", "invoice": "ref"},
        ),
        Shape(
            kind="receivable",
            roles={"due_on": ("due",)},
            needs=("due_on",),
            same={
                "ref": "ref",
                "supplier": "seller",
                "buyer": "buyer",
                "issued_on": "issued_on",
                "face_minor": "gross_minor",
                "currency": "currency",
                "happened_at": "happened_at",
            },
            followers=(
                Shape(
                    kind="receivable_invoice",
                    roles={},
                    same={
                        "ref": "ref",
                        "receivable": "ref",
                        "invoice": "ref",
                        "happened_at": "happened_at",
                    },
                ),
                PAYMENT_OF_CLAIM,
            ),
        ),
    ),
)

PAYMENT = Shape(
    kind="payment",
    roles={
        "ref": ("payment_id", "bank_reference", "id"),
        "payer": ("payer", "buyer", "payer_name", "buyer_name", "other", "party", "other_name"),
        "payee": ("payee", "seller", "payee_name", "seller_name", "own", "own_name"),
        "paid_on": ("paid", "day"),
        "amount_minor": ("paid_amount", "amount", "gross"),
        "receivable": ("claim", "number"),
        "channel": ("channel",),
        "purpose": ("purpose",),
        "bank_reference": ("bank_reference",),
        **CURRENCY,
    },
    needs=("payer", "paid_on", "amount_minor"),
    happened="paid_on",
    key=("payer", "payee", "paid_on", "amount_minor", "bank_reference"),
)

REPORT = Shape(
    kind="party_report",
    roles={
        "party": ("party", "own", "buyer", "seller", "other", "name"),
        "period_start": ("month",),
        "turnover_minor": ("turnover", "amount"),
        "employees": ("employees",),
        **CURRENCY,
    },
    needs=("party", "period_start"),
    one_of=("turnover_minor", "employees"),
    happened="period_end",
    template=("party", "period_start"),
    key=("party", "period_start"),
)

ORDER = Shape(
    kind="purchase_order",
    roles={
        "ref": ("order", "id"),
        "supplier": SELLER,
        "buyer": BUYER,
        "ordered_on": ("ordered", "day"),
        "number": ("order",),
        "amount_minor": ("amount", "gross", "net"),
        **CURRENCY,
    },
    needs=("buyer", "ordered_on"),
    happened="ordered_on",
    key=("supplier", "buyer", "ordered_on", "number", "amount_minor"),
)

FINANCING = Shape(
    kind="financing",
    roles={
        "ref": ("financing", "id"),
        "supplier": SELLER,
        "buyer": BUYER,
        "product": ("product",),
        "drawn_on": ("drawn", "day", "issued"),
        "matures_on": ("due",),
        "amount_minor": ("amount",),
        "rate_ppm": ("rate",),
        **CURRENCY,
    },
    needs=("buyer", "product", "drawn_on", "matures_on", "amount_minor"),
    happened="drawn_on",
    key=("supplier", "buyer", "drawn_on", "matures_on", "amount_minor"),
)

GUESSED: tuple[Shape, ...] = (INVOICE, RECEIVABLE, PAYMENT, FINANCING, ORDER, REPORT, PARTY)
"""Kinds that a file is tried for when none is asked for, in the order of a tie."""


def shape_of(kind: str) -> Shape:
    """The shape of a kind: one of those above, or one made of the names of its fields.

    Raises `UnknownKind` where there is no such kind.
    """
    for shape in GUESSED:
        if shape.kind == kind:
            return shape
    row = kind_of(kind).row
    fields = [name for name in row.model_fields if name not in ("happened_at", "known_at")]
    roles: dict[str, tuple[str, ...]] = {
        name: (name, *synonyms().fields.get(name, ())) for name in fields
    }
    named = references(row)
    days = [name for name in fields if name.endswith(("_on", "_at", "_from"))]
    required = [name for name in fields if row.model_fields[name].is_required()]
    return Shape(
        kind=kind,
        roles={**roles, "ref": ("id",)},
        needs=tuple(name for name in required if named.get(name) and name not in ONE_IN_ALL_ROWS),
        happened=next((name for name in days if name in required), ""),
        key=tuple(name for name in required if name in named or name in days),
    )
