"""Facts about parties: who they are, what they look like, what they report, who belongs to whom."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import StringConstraints, model_validator

from ledger.declaring import (
    Stated,
    choice,
    currency,
    fact_table,
    flag,
    hashed,
    money,
    on,
    ppm,
    text,
    who,
    whole,
    words,
)
from ledger.facts import CalendarDay, Currency, Fact, Key, Words
from ledger.hashing import KeyedHash
from ledger.identifiers import Bic, Cnaps, Lei, Uscc, checked_industry

SIZE_CLASSES = ("micro", "small", "medium", "large")
"""Size classes from the smallest to the largest (domain.md E02)."""

SizeClass = Literal["micro", "small", "medium", "large"]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
RegistrationStatus = Literal["active", "revoked", "deregistered", "moved_out", "abnormal"]
LegalForm = Literal[
    "limited", "joint_stock", "partnership", "sole", "public_body", "cooperative", "other"
]
IndustryScheme = Literal["GBT4754-2017", "ISIC4", "NACE2", "other"]
Ownership = Literal["central_soe", "local_soe", "private", "foreign", "public_body", "lgfv"]
Relation = Literal[
    "shareholder",
    "ultimate_controller",
    "common_director",
    "guarantor_of",
    "branch_of",
    "same_address",
    "same_phone",
    "same_legal_rep",
    "same_bank_account",
    "family",
]
_HASH = "Keyed hash of the {}, never the {} itself."
_Pairs = ClassVar[tuple[tuple[str, str], ...]]


class PartyRow(Stated):
    """A company or person that sells, buys, lends or covers (domain.md E01)."""

    in_order: ClassVar[tuple[tuple[str, str], ...]] = (("established_on", "deregistered_on"),)

    name: Words | None = words("Legal name.", "C", personal=True)
    country: Country | None = text("Country, ISO 3166-1 alpha-2.", "C", longest=2)
    person_linked: bool | None = flag("A natural person or sole proprietor.", "C")
    onboarded_on: CalendarDay | None = on("First registered with the lender or platform.", "C")
    uscc: Uscc | None = text("统一社会信用代码 (GB 32100-2015).", "C", longest=18)
    lei: Lei | None = text("Legal entity identifier (ISO 17442).", "O", "has none", longest=20)
    vat_id: Key | None = text("VAT or tax number outside China.", "C", personal=True)
    national_id: Key | None = text("Number in another register.", "O", personal=True)
    national_id_scheme: Key | None = text("Its scheme, ISO 6523 ICD.", "O", longest=16)
    bic: Bic | None = text("BIC, of a bank.", "O", "no bank", longest=11)
    cnaps: Cnaps | None = text("CNAPS number, of a bank in China.", "O", "no bank", longest=12)
    name_en: Words | None = words("Name in English.", "O", personal=True)
    former_names: Words | None = words(
        "Earlier names, with semicolons between.", "O", "none known", personal=True
    )
    legal_form: LegalForm | None = choice("Legal form.", "C")
    established_on: CalendarDay | None = on("Founded.", "C")
    deregistered_on: CalendarDay | None = on("Struck off.", "C", "still registered, or not known")
    registration_status: RegistrationStatus | None = choice(
        "存续、吊销、注销、迁出、经营异常.", "C"
    )
    status_checked_on: CalendarDay | None = on("Status looked up; it ages quickly.", "C", "never")


class Party(Fact, PartyRow, table=True):
    """The table of parties; ``ref`` is the key by which other facts name a party."""

    __tablename__ = "party"
    __table_args__ = fact_table("party")


class PartyAttributeRow(Stated):
    """A further telephone, account or address of a party, as a keyed hash (domain.md E02)."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("valid_from", "valid_until"),)

    party: Key = who("Whose it is.")
    attribute: Literal["address", "phone", "email", "legal_rep", "bank_account"] = choice(
        "What it is."
    )
    value_hash: KeyedHash = hashed(_HASH.format("value", "value"), "M")
    valid_from: CalendarDay | None = on("From this day.", "O", "ever since")
    valid_until: CalendarDay | None = on("Until the day before.", "O", "still")


class PartyAttribute(Fact, PartyAttributeRow, table=True):
    """The table of hashed attributes, of which a party has any number."""

    __tablename__ = "party_attribute"
    __table_args__ = fact_table("party_attribute", "party", "value_hash")


class PartyProfileRow(Stated):
    """What a party looks like, as reported at one time (domain.md E02)."""

    together: ClassVar[tuple[tuple[str, str], ...]] = (
        ("industry_code", "industry_scheme"),
        ("operating_revenue_minor", "currency"),
        ("total_assets_minor", "currency"),
        ("size_rule_version", "size_basis"),
    )

    party: Key = who("The party described.")
    industry: Key | None = text("Industry in the words of the source.", "C")
    size_class: SizeClass | None = choice("Size class by the rule named below.", "C")
    region: Key | None = text("Region code of the registered address.", "C")
    phone_area: Key | None = text("Area code of the telephone.", "O")
    mail_domain: Key | None = text("Provider of the e-mail address.", "O")
    industry_code: Key | None = text("Class in the scheme below, for example C3311.", "C")
    industry_scheme: IndustryScheme | None = choice("Scheme of the class.", "C", "no class")
    employees: int | None = whole("Persons employed.", "C", unit="persons")
    operating_revenue_minor: int | None = money("Revenue of the last full year.", "C")
    total_assets_minor: int | None = money("Total assets at its end.", "C")
    currency: Currency | None = currency("C")
    size_basis: Literal["computed", "declared", "official"] | None = choice(
        "How the size class came about.", "C"
    )
    size_rule_version: Key | None = text("Rule of the size class, e.g. CN-300-2011.", "C")
    innovation_tier: int | None = whole(
        "1 创新型, 2 专精特新, 3 小巨人, 4 单项冠军, 0 none; from the public list.",
        "O",
        unit="0-4",
        most=4,
    )
    innovation_until: CalendarDay | None = on("The tier ends on this day.", "O")
    listed: bool | None = flag("Shares are listed.", "C")
    ownership: Ownership | None = choice("Who owns it.", "C")
    vat_taxpayer: Literal["general", "small_scale"] | None = choice("增值税纳税人类型.", "O")
    tax_credit_grade: Literal["A", "B", "M", "C", "D"] | None = choice("纳税信用级别.", "O")
    address_hash: KeyedHash | None = hashed(_HASH.format("address", "address"))
    phone_hash: KeyedHash | None = hashed(_HASH.format("telephone", "telephone"))
    email_hash: KeyedHash | None = hashed(_HASH.format("e-mail address", "address"))
    legal_rep_hash: KeyedHash | None = hashed(_HASH.format("legal representative", "name"))
    bank_account_hash: KeyedHash | None = hashed(_HASH.format("main account", "number"))

    @model_validator(mode="after")
    def _a_class_of_its_scheme(self) -> Self:
        if self.industry_code is not None and self.industry_scheme == "GBT4754-2017":
            checked_industry(self.industry_code)
        return self

    @model_validator(mode="after")
    def _computed_by_a_rule(self) -> Self:
        if self.size_basis == "computed" and None in (self.size_class, self.size_rule_version):
            raise ValueError("a computed size needs size_class and size_rule_version")
        return self


class PartyProfile(Fact, PartyProfileRow, table=True):
    """The table of profiles; the latest visible one of a party counts."""

    __tablename__ = "party_profile"
    __table_args__ = fact_table("party_profile", "party")


class PartyReportRow(Stated):
    """What a party reports of one period: turnover and headcount."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("period_start", "period_end"),)
    together: ClassVar[tuple[tuple[str, str], ...]] = (("turnover_minor", "currency"),)

    party: Key = who("The party that reports.")
    period_start: CalendarDay = on("First day of the period.")
    period_end: CalendarDay = on("First day after the period.")
    turnover_minor: int | None = money("Turnover of the period.", "C", "not reported")
    currency: Currency | None = currency("C")
    employees: int | None = whole(
        "Headcount at the end.", "C", "not reported", unit="persons", most=10_000_000
    )


class PartyReport(Fact, PartyReportRow, table=True):
    """The table of periodic reports."""

    __tablename__ = "party_report"
    __table_args__ = fact_table("party_report", "party")


class PartyRelationRow(Stated):
    """How one party belongs to another: for related trade and connected clients (domain.md E03)."""

    spans: ClassVar[tuple[tuple[str, str], ...]] = (("valid_from", "valid_until"),)
    differ: ClassVar[tuple[tuple[str, str], ...]] = (("party", "other"),)

    party: Key = who("Who holds, controls, guarantees or shares.")
    other: Key = who("Whom, or with whom.")
    relation: Relation = choice("In which way.")
    share_ppm: int | None = ppm("Share held.", "C", "no holding, or not known")
    valid_from: CalendarDay | None = on("From this day.", "C")
    valid_until: CalendarDay | None = on("Until the day before.", "C", "still")


class PartyRelation(Fact, PartyRelationRow, table=True):
    """The table of relations."""

    __tablename__ = "party_relation"
    __table_args__ = fact_table("party_relation", "party", "other")
