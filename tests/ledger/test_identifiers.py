"""Check digits hold where they should, and one wrong sign is always found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import lei
from stdnum.cn import uscc

from ledger.identifiers import (
    USCC_ALPHABET,
    checked_bic,
    checked_cnaps,
    checked_e_invoice,
    checked_goods,
    checked_iban,
    checked_industry,
    checked_legacy_invoice,
    checked_lei,
    checked_uscc,
    odd_uscc,
    organisation_check,
    uscc_check,
)

RIGHT = ("91350100M000100Y43", "91110000600037341L")
SIGNS = st.sampled_from(USCC_ALPHABET)


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Valid codes, whose organisation code inside may not check."""
    region = draw(st.text("0123456789", min_size=6, max_size=6))
    start = draw(st.sampled_from("123456789ANY")) + draw(SIGNS) + region
    body = start + draw(st.text(SIGNS, min_size=9, max_size=9))
    return body + uscc_check(body)


@pytest.mark.parametrize("code", [*RIGHT, "N2110105MF1234567G"])
def test_the_vectors_of_the_standard_hold(code: str) -> None:
    assert checked_uscc(code) == code


@pytest.mark.parametrize("code", RIGHT)
def test_their_organisation_codes_hold_too(code: str) -> None:
    assert odd_uscc(code) is None


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("91350100M000100Y4Z", "Z can't be"),
        ("91350100M000100Y44", "check sign"),
        ("91350100M000100Y4", "18 signs, not 17"),
        ("91350100m000100Y43", "m can't be"),
        ("B1350100M000100Y43", "1-9 A N Y"),
        ("9135010AM000100Y43", "6 digits"),
        ("９1350100M000100Y43", "can't be"),
        ("91350100M000100Y43\n", "19"),
        ("", "not 0"),
    ],
)
def test_a_wrong_code_is_refused_with_its_reason(code: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        checked_uscc(code)


def test_a_wrong_organisation_code_is_odd_and_not_wrong() -> None:
    body = "91350100M000100Y5"
    code = checked_uscc(body + uscc_check(body))

    assert "wrong check sign" in (odd_uscc(code) or "")
    assert organisation_check("M000100Y") == "4"


@given(code=codes(), place=st.integers(0, 17), sign=SIGNS)
def test_one_changed_sign_is_always_found(code: str, place: int, sign: str) -> None:
    # 31 is a prime and no weight is a multiple of it
    changed = code[:place] + sign + code[place + 1 :]
    if changed == code:
        assert checked_uscc(changed) == code
        return
    with pytest.raises(ValueError, match="统一社会信用代码"):
        checked_uscc(changed)


@given(region=st.integers(0, 9_999_999), inside=st.text(SIGNS, min_size=9, max_size=9), last=SIGNS)
def test_the_library_agrees_on_codes_of_companies(region: int, inside: str, last: str) -> None:
    body = f"9{region:07}{inside}"
    code = checked_uscc(body + uscc_check(body))
    assert uscc.is_valid(code)
    other = code[:17] + last
    assert uscc.is_valid(other) == (other == code)


def test_the_library_refuses_what_we_must_not() -> None:
    assert not uscc.is_valid("N2110105MF1234567G")


@given(body=st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=18, max_size=18))
def test_an_lei_is_what_the_library_says(body: str) -> None:
    digits = "".join(str(int(sign, 36)) for sign in f"{body}00")
    code = f"{body}{98 - int(digits) % 97:02}"

    assert checked_lei(code) == code
    assert lei.is_valid(code)
    with pytest.raises(ValueError, match="check digits"):
        checked_lei(f"{code[:-1]}{(int(code[-1]) + 1) % 10}")


def test_the_vector_of_the_lei_holds() -> None:
    assert checked_lei("213800KUD8LAJWSQ9D15")
    for wrong in ("213800KUD8LAJWSQ9D16", "213800KUD8LAJWSQ9D1", "213800kud8lajwsq9d15"):
        with pytest.raises(ValueError, match="LEI"):
            checked_lei(wrong)


def test_numbers_of_invoices_goods_and_banks_have_their_lengths() -> None:
    assert checked_e_invoice("24312000000012345678")
    assert checked_goods("1010101010000000000")
    assert checked_cnaps("102100099996")
    for code in ("1100194130", "031001900104"):
        checked_legacy_invoice(code, "12345678")
    wrong_pairs = ((None, "12345678"), ("123", "12345678"), ("1100194130", "1234567"))
    for missing_or_wrong, number in wrong_pairs:
        with pytest.raises(ValueError, match="税控"):
            checked_legacy_invoice(missing_or_wrong, number)
    for check in (checked_e_invoice, checked_goods, checked_cnaps):
        for wrong in ("", "1" * 21, "x" * 20, "１" * 20, "1" * 20 + "\n"):
            with pytest.raises(ValueError, match="digits"):
                check(wrong)


def test_classes_of_industry_have_their_form() -> None:
    assert [checked_industry(code) for code in ("A", "C3311", "T97")] == ["A", "C3311", "T97"]
    for wrong in ("", "U1", "3311", "C33111", "c33", "C33\n"):
        with pytest.raises(ValueError, match="4754"):
            checked_industry(wrong)


def test_accounts_and_banks_are_checked_by_the_library() -> None:
    assert checked_iban("DE89 3704 0044 0532 0130 00") == "DE89370400440532013000"
    assert checked_bic("DEUTDEFF") == "DEUTDEFF"
    for wrong in ("DE89370400440532013001", "XX00", ""):
        with pytest.raises(ValueError, match="IBAN"):
            checked_iban(wrong)
    for wrong in ("DEUT", "DEUTXXFF", ""):
        with pytest.raises(ValueError, match="BIC"):
            checked_bic(wrong)
