"""Identifiers of companies, invoices and accounts: what a code can't be, and what is odd in it.

Every ``checked_...`` function returns the code or raises `ValueError` with what is wrong, so that
pydantic collects it with the row's other errors. ``odd_...`` functions return a warning or None.
"""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 signs of GB 32100-2015, each worth its place; I, O, S, V, Z are not used."""

_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_USCC_FORM = re.compile(rf"[1-9ANY][{USCC_ALPHABET}][0-9]{{6}}[{USCC_ALPHABET}]{{10}}")
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LEI_FORM = re.compile(r"[0-9A-Z]{18}[0-9]{2}")
_INDUSTRY_FORM = re.compile(r"[A-T][0-9]{0,4}")
_GOODS_FORM = re.compile(r"[0-9]{19}")
_E_INVOICE_FORM = re.compile(r"[0-9]{20}")
_CNAPS_FORM = re.compile(r"[0-9]{12}")


def uscc_check(first17: str) -> str:
    """The check sign of a 统一社会信用代码, from its first 17 (GB 32100-2015)."""
    total = sum(
        USCC_ALPHABET.index(sign) * weight
        for sign, weight in zip(first17, _USCC_WEIGHTS, strict=True)
    )
    return USCC_ALPHABET[-total % 31]


def checked_uscc(code: str) -> str:
    """Return a 统一社会信用代码 whose form and check sign hold; codes on A, N, Y are valid."""
    if len(code) != 18:
        raise ValueError(f"a 统一社会信用代码 has 18 signs, not {len(code)}")
    strange = sorted(set(code) - set(USCC_ALPHABET))
    if strange:
        # letters alone are told: what else stands there may be a name
        letters = [sign for sign in strange if sign.isascii() and sign.isalpha()]
        told = ", ".join(letters) if letters == strange else "some sign"
        raise ValueError(f"{told} can't be in a 统一社会信用代码 (0-9, A-Y but IOSVZ)")
    if not _USCC_FORM.fullmatch(code):
        raise ValueError(
            "a 统一社会信用代码 is 1-9 A N Y, a sign, 6 digits of the region, 10 signs"
        )
    if uscc_check(code[:17]) != code[17]:
        raise ValueError(
            "the check sign of the 统一社会信用代码 doesn't hold; look for a typing error"
        )
    return code


def organisation_check(first8: str) -> str:
    """The check sign of a 组织机构代码, from its first 8 (GB 11714)."""
    total = sum(
        int(sign, 36) * weight for sign, weight in zip(first8, _ORGANISATION_WEIGHTS, strict=True)
    )
    return "0123456789X0"[11 - total % 11]


def odd_uscc(code: str) -> str | None:
    """A warning where the organisation code inside (places 9-17) has a wrong check sign.

    Some were given out so: it is odd, not wrong.
    """
    if organisation_check(code[8:16]) == code[16]:
        return None
    return "the organisation code inside (places 9-17) has a wrong check sign"


def checked_lei(code: str) -> str:
    """Return an LEI whose form and check digits hold (ISO 17442, ISO 7064 MOD 97-10)."""
    if not _LEI_FORM.fullmatch(code):
        raise ValueError("an LEI is 18 capitals or digits and 2 digits")
    if int("".join(str(int(sign, 36)) for sign in code)) % 97 != 1:
        raise ValueError("the check digits of the LEI don't hold; look for a typing error")
    return code


def checked_e_invoice(number: str) -> str:
    """Return the number of a 数电票: 20 digits (year, region, channel, serial)."""
    if not _E_INVOICE_FORM.fullmatch(number):
        raise ValueError("the number of a 数电票 has 20 digits")
    return number


def checked_legacy_invoice(code: str | None, number: str) -> None:
    """Refuse a 税控 invoice without a code of 10 or 12 digits and a number of 8."""
    if code is None or not re.fullmatch(r"[0-9]{10}|[0-9]{12}", code):
        raise ValueError("the code of a 税控 invoice has 10 or 12 digits")
    if not re.fullmatch(r"[0-9]{8}", number):
        raise ValueError("the number of a 税控 invoice has 8 digits")


def checked_iban(text: str) -> str:
    """Return an IBAN in its compact form if its country, length and check digits hold."""
    try:
        return str(IBAN(text))
    except SchwiftyException as error:
        raise ValueError("no IBAN: country, length or check digits don't hold") from error


def checked_bic(text: str) -> str:
    """Return a BIC in its compact form if its parts hold (ISO 9362)."""
    try:
        return str(BIC(text))
    except SchwiftyException as error:
        raise ValueError("no BIC: 4 letters, country, place, and maybe 3 of the branch") from error


def checked_industry(code: str) -> str:
    """Return a class of GB/T 4754: a section A-T and up to four digits."""
    if not _INDUSTRY_FORM.fullmatch(code):
        raise ValueError(
            "a class of GB/T 4754 is a letter A-T and up to 4 digits, for example C3311"
        )
    return code


def checked_goods(code: str) -> str:
    """Return a 商品和服务税收分类编码: 19 digits, kept as text."""
    if not _GOODS_FORM.fullmatch(code):
        raise ValueError("a tax goods code (商品和服务税收分类编码) has 19 digits")
    return code


def checked_cnaps(code: str) -> str:
    """Return a CNAPS number of a bank: 12 digits."""
    if not _CNAPS_FORM.fullmatch(code):
        raise ValueError("a CNAPS number has 12 digits")
    return code


Uscc = Annotated[str, AfterValidator(checked_uscc)]
"""A 统一社会信用代码."""

Lei = Annotated[str, AfterValidator(checked_lei)]
"""A legal entity identifier."""

Bic = Annotated[str, AfterValidator(checked_bic)]
"""A business identifier code of a bank."""

GoodsCode = Annotated[str, AfterValidator(checked_goods)]
"""A 商品和服务税收分类编码."""

Cnaps = Annotated[str, AfterValidator(checked_cnaps)]
"""A CNAPS number of a bank."""
