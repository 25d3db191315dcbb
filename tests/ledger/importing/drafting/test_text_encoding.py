"""The encoding of a text is told by its bytes."""

import pytest

from ledger.importing.drafting.text_encoding import detect

GERMAN = "Größe;Straße\nmüde;öde\nHäuser;für\n"
PORTUGUESE = "EMISSÃO;OPERAÇÃO\nnão;ações\nSão Paulo;Cobrança\n"
CHINESE = "发票号码,购方名称,金额\n00123,华为技术有限公司,1200.50\n00124,中兴通讯,3.00\n"


@pytest.mark.parametrize(
    ("data", "encoding", "sure"),
    [
        (b"id,amount\n1,2\n", "utf-8", "likely"),
        (GERMAN.encode(), "utf-8", "sure"),
        (GERMAN.encode("utf-8-sig"), "utf-8", "sure"),
        (GERMAN.encode("cp1252"), "cp1252", "likely"),
        (PORTUGUESE.encode("latin-1"), "cp1252", "likely"),
        ("prix €;é\n5 €;à\nété;où\n".encode("cp1252"), "cp1252", "likely"),
        (CHINESE.encode(), "utf-8", "sure"),
        (CHINESE.encode("gb18030"), "gb18030", "sure"),
        (CHINESE.encode("gbk"), "gb18030", "sure"),
        (CHINESE.encode("utf-16"), "utf-16", "sure"),
        (GERMAN.encode("utf-16-le"), "utf-16-le", "likely"),
        (CHINESE.encode("utf-16-be"), "utf-16-be", "likely"),
        (GERMAN.encode("utf-32"), "utf-32", "sure"),
    ],
)
def test_what_a_text_was_written_in_is_found(data: bytes, encoding: str, sure: str) -> None:
    found = detect(data)

    assert (found.value, found.sure) == (encoding, sure)


@pytest.mark.parametrize("encoding", ["big5", "shift_jis", "cp1251"])
def test_rarer_encodings_are_a_guess_that_reads_the_text(encoding: str) -> None:
    text = {
        "big5": "發票號碼,買方名稱,金額\n123,臺灣積體電路製造股份有限公司,5\n" * 20,
        "shift_jis": "請求書番号,取引先名称,金額\n123,トヨタ自動車株式会社,5\n" * 20,
        "cp1251": "номер счета,покупатель,сумма\n123,Общество с ограниченной,5\n" * 20,
    }[encoding]

    found = detect(text.encode(encoding))

    assert found.sure == "guess"
    assert text.encode(encoding).decode(found.value) == text


def test_some_damaged_lines_leave_the_encoding_as_it_is() -> None:
    lines = [f"{number};Größe\n".encode() for number in range(50)]
    lines[7] = "7;Größe\n".encode("latin-1")

    found = detect(b"".join(lines))

    assert (found.value, found.sure) == ("utf-8", "likely")
    assert "1 damaged" in found.why


def test_a_sign_that_is_cut_at_the_end_is_no_damage() -> None:
    data = CHINESE.encode()

    assert detect(data[:-14]).value == "utf-8"
    assert detect(CHINESE.encode("gb18030")[:-9]).value == "gb18030"
