"""Small exports as banks and tax bureaus write them, of facts that the tests know."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from ledger.identifiers import uscc_check

Row = Sequence[str]

INVOICE_HEADER = (
    "数电票号码", "开票日期", "销方识别号", "销方名称", "购方识别号", "购方名称",
    "金额", "税额", "价税合计", "票种", "发票状态", "备注",
)  # fmt: skip
CLAIM_HEADER = (
    "ID_CLIENTE", "DATA_EMISSAO_DOCUMENTO", "DATA_VENCIMENTO", "DATA_PAGAMENTO",
    "VALOR_A_PAGAR", "TAXA",
)  # fmt: skip
PARTY_HEADER = (
    "Customer No", "Legal Name", "Country", "Size Class", "Employees", "Customer Since", "Sector",
)  # fmt: skip
PAYMENT_HEADER = (
    "transaction id", "payer", "payer name", "payee", "value date", "amount", "currency",
    "narrative",
)  # fmt: skip


def uscc(number: int) -> str:
    """A made-up 统一社会信用代码 whose check sign holds."""
    first = f"91110000{number:08d}X"
    return first + uscc_check(first)


def day(number: int) -> date:
    """Some day of 2023 or 2024."""
    return date(2023, 1, 2) + timedelta(days=(number * 37) % 600)


def chinese_invoices(rows: int = 60) -> list[Row]:
    """Invoices of 数电 type: 4 sellers, 3 buyers, every tenth void."""
    made: list[Row] = [INVOICE_HEADER]
    for number in range(rows):
        seller, buyer = number % 4, 10 + number % 3
        net = Decimal(1000 + 137 * number) + Decimal("0.50")
        tax = (net * 13 / 100).quantize(Decimal("0.01"))
        made.append((
            f"24110000000{number:09d}", f"{day(number):%Y/%m/%d}",
            uscc(seller), f"供应商{seller}有限公司", uscc(buyer), f"核心企业{buyer}集团",
            f"{net:,}", f"{tax:,}", f"{net + tax:,}",
            "数电票（增值税专用发票）", "作废" if number % 10 == 9 else "正常", "",
        ))  # fmt: skip
    return made


def brazilian_claims(rows: int = 80) -> list[Row]:
    """Claims as in receivables_br, but with decimal commas; every fifth is unpaid."""
    made: list[Row] = [CLAIM_HEADER]
    for number in range(rows):
        issued = day(number)
        paid = issued + timedelta(days=31 + number % 9)
        amount = f"{1000 + 13 * number:,}".replace(",", ".") + f",{number % 100:02d}"
        made.append((
            f"16612403959032306{number % 7:02d}", f"{issued:%d/%m/%Y}",
            f"{issued + timedelta(days=30):%d/%m/%Y}",
            "" if number % 5 == 0 else f"{paid:%d/%m/%Y}", amount, "5,99",
        ))  # fmt: skip
    return made


def english_parties(rows: int = 40) -> list[Row]:
    """Customers with leading zeros in their numbers."""
    sizes = ("Small", "Medium", "Large", "")
    return [
        PARTY_HEADER,
        *(
            (
                f"{number:05d}", f"Company {number}, Ltd", ("GB", "IE")[number % 2],
                sizes[number % 4], str(5 + number), f"{day(number):%Y-%m-%d}",
                ("Metal", "Food", "Textiles")[number % 3],
            )
            for number in range(1, rows + 1)
        ),
    ]  # fmt: skip


def payments(rows: int = 50) -> list[Row]:
    """Incoming payments with a day and a time, in euros."""
    return [
        PAYMENT_HEADER,
        *(
            (
                f"T{number:06d}", f"D-{number % 6}", f"Debtor {number % 6}", "S-1",
                f"{day(number):%Y-%m-%d} {number % 24:02d}:{number % 60:02d}:00",
                f"{100 + number}.{number % 100:02d}", "EUR", f"invoice {number}",
            )
            for number in range(rows)
        ),
    ]  # fmt: skip


def write(
    path: Path, rows: Sequence[Row], *, delimiter: str = ",", encoding: str = "utf-8"
) -> Path:
    """Write rows as a text."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path
