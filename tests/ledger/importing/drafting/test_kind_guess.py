"""What a row tells is guessed by its columns, in three languages."""

from pathlib import Path

import pytest

from ledger.importing.drafting.decisions import Question
from ledger.importing.drafting.synonyms import compared, synonyms
from tests.ledger.importing.drafting import made_exports as made
from tests.ledger.importing.drafting.drafted_runs import draft
from tests.ledger.importing.made_workbooks import write_workbook

TABLES: dict[str, tuple[str, str, str]] = {
    "invoices of a bureau": (
        "invoice",
        "发票代码,发票号码,开票日期,销方识别号,购方识别号,金额,税额,价税合计,发票状态",
        "1100204130,12345678,2024-03-01,S1,B1,100.00,13.00,113.00,正常",
    ),
    "invoices of an ERP": (
        "invoice",
        "Invoice No,Invoice Date,Vendor No,Customer No,Net Amount,VAT Amount,Gross Amount,Currency",
        "INV-1,2024-03-01,V-1,C-1,100.00,13.00,113.00,EUR",
    ),
    "notes in Portuguese": (
        "invoice",
        "NUMERO_NOTA,DATA_EMISSAO,CNPJ_EMITENTE,CNPJ_DESTINATARIO,BASE_CALCULO,VALOR_ICMS,VALOR_TOTAL",
        "7,2024-03-01,11,22,100.00,18.00,118.00",
    ),
    "claims of a factor": (
        "receivable",
        "claim no,debtor,creditor,issued,due,amount,rate,paid",
        "000117,D-1,S-1,2024-03-05,2024-03-31,1200.50,5.99,2024-04-02",
    ),
    "claims in Chinese": (
        "receivable",
        "应收账款编号,供应商编号,核心企业编号,起始日,到期日,应收金额",
        "AR1,S1,C1,2024-03-01,2024-06-01,100.00",
    ),
    "claims in Portuguese": (
        "receivable",
        "DUPLICATA;CNPJ_CEDENTE;CNPJ_SACADO;EMISSAO;VENCIMENTO;VALOR_TITULO;DATA_PAGAMENTO",
        "D1;1;2;01/03/2024;30/04/2024;1.234,56;02/05/2024",
    ),
    "payments of a bank": (
        "payment",
        "交易流水号,付款人编号,收款人编号,交易日期,交易金额,摘要",
        "T1,P1,P2,2024-03-01,100.00,货款",
    ),
    "loans": (
        "financing",
        "loan id,supplier id,buyer id,product,drawdown date,maturity date,principal,interest rate",
        "L1,S1,B1,factoring,2024-03-01,2024-09-01,100.00,4.5",
    ),
    "orders": (
        "purchase_order",
        "PO number,supplier id,buyer id,order date,amount",
        "PO1,S1,B1,2024-03-01,100.00",
    ),
    "monthly reports": (
        "party_report",
        "customer id,month,turnover,employees",
        "C1,2024-03,100000.00,12",
    ),
    "companies in Chinese": (
        "party",
        "客户编号,企业名称,统一社会信用代码,所属行业,企业规模,从业人数,成立日期",
        "C1,某某公司,91110000000000000A,制造业,小型,12,2001-02-03",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_the_kind_is_guessed_by_the_columns_alone(tmp_path: Path, name: str) -> None:
    kind, header, row = TABLES[name]
    text = f"{header}\n{row}\n2{row}\n"  # the second row has another key
    (tmp_path / "export.csv").write_text(text, encoding="utf-8")

    found = draft(tmp_path / "export.csv").findings

    assert (found.kind.value, found.kind.sure) == (kind, "sure")
    assert found.lacking == ()


def test_nothing_known_is_a_guess_that_lacks_all(tmp_path: Path) -> None:
    rows = [("Attr1", "Attr2"), ("0.5", "1.5"), ("0.6", "1.6")]

    drafted = draft(made.write(tmp_path / "x.csv", rows))

    assert drafted.findings.kind.sure == "guess"
    assert drafted.findings.lacking
    assert drafted.problems
    assert drafted.trial is None


def test_the_name_of_the_file_tips_the_balance(tmp_path: Path) -> None:
    rows = [("payer", "payee", "date", "amount"), ("A", "B", "2024-03-01", "5.00")]

    orders = draft(made.write(tmp_path / "orders 2024.csv", rows)).findings.kind
    paid = draft(made.write(tmp_path / "payments 2024.csv", rows)).findings.kind

    assert paid.value == "payment"
    assert (orders.value, orders.sure) != ("payment", "sure")


def test_of_several_sheets_one_is_asked_for(tmp_path: Path) -> None:
    rows = [("client id", "name"), ("1", "Anna"), ("2", "Bert")]
    path = write_workbook(tmp_path / "book.xlsx", rows, others=("Notes",))
    asked: list[Question] = []

    drafted = draft(path, ask=asked.append)

    assert ("Data", "Notes") in [question.choices for question in asked]
    assert 'sheet = "Data"' in drafted.text
    assert "# ? Which sheet?" in drafted.text
    assert drafted.findings.sample.rows == 2


def test_every_name_leads_to_its_role() -> None:
    table = synonyms()
    for name, roles in table.roles.items():
        assert compared(name) == name
        assert {role for role, _ in roles} <= table.named(name).keys()
        assert all(table.named(name)[role].match == 1.0 for role, _ in roles)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("InvoiceNo", "number"),
        ("INVOICE_NO.", "number"),
        ("  Due-Date ", "due"),
        ("DT_VENCIMENTO", "due"),
        ("Data de Emissão", "issued"),
        ("（购方）纳税人识别号", "buyer"),
        ("价税合计（元）", "gross"),
        ("开票日期", "issued"),
    ],
)
def test_case_accents_and_punctuation_change_no_name(header: str, role: str) -> None:
    named = synonyms().named(header)

    assert max(named.values(), key=lambda one: one.match).role == role
