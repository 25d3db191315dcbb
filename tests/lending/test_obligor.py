"""Who must pay, for regulatory capital: by product; whose PD and sales, with what collateral."""

from dataclasses import replace

import pytest

from features.circumstances.cover_seen import Pledged
from features.circumstances.party_seen import PartySeen
from lending.offer_terms import terms_of
from tests.lending.asked_terms import asked, risk
from tests.lending.financings import TERMS


def test_a_bought_receivable_is_a_claim_on_the_buyer_and_ties_up_capital_for_dilution() -> None:
    parties = {
        "buyer": PartySeen(pd_12m=0.003, annual_sales_minor=7_800_000_000),
        "supplier": PartySeen(pd_12m=0.05, annual_sales_minor=3_900_000_000),
    }
    bought = terms_of(risk(), asked(product="factoring", **parties), TERMS)
    lent = terms_of(risk(), asked(product="receivable_pledge", **parties), TERMS)

    assert bought.obligor.buyer
    assert (bought.obligor.debtor.pd_12m, bought.obligor.debtor.sales) == (0.003, 10.0)
    assert bought.obligor.debtor.lgd_share == pytest.approx(0.40)
    assert bought.capital.dilution_share > 0.0
    assert not lent.obligor.buyer
    assert (lent.obligor.debtor.pd_12m, lent.obligor.debtor.sales) == (0.05, 5.0)
    assert lent.obligor.debtor.lgd_share == pytest.approx(
        0.40 - 0.20 * 60_000_000 / lent.acting.loss.ead_minor
    )
    assert lent.capital.dilution_share == 0.0


def test_a_model_of_the_obligor_counts_before_its_rating_and_that_before_the_financing() -> None:
    rated = asked(buyer=PartySeen(pd_12m=0.003))

    assert terms_of(risk(buyer_pd_12m=0.007), rated, TERMS).obligor.debtor.pd_12m == 0.007
    assert terms_of(risk(), rated, TERMS).obligor.debtor.pd_12m == 0.003
    assert terms_of(risk(0.024), asked(), TERMS).obligor.debtor.pd_12m == 0.024
    assert terms_of(risk(0.0), asked(), TERMS).obligor.debtor.pd_12m == TERMS.capital.pd_floor


@pytest.mark.parametrize(
    ("product", "recourse", "purchase"),
    [(None, None, True), (None, False, True), (None, True, False), ("order_finance", None, False)],
)
def test_without_a_product_recourse_tells_whether_it_is_bought(
    *, product: str | None, recourse: bool | None, purchase: bool
) -> None:
    found = terms_of(risk(), asked(product=product, recourse=recourse), TERMS)

    assert found.obligor.buyer is purchase


def test_what_liquidates_itself_has_its_own_maturity() -> None:
    factored = terms_of(risk(), asked(), TERMS).obligor.debtor
    ordered = terms_of(risk(), asked(product="order_finance"), TERMS).obligor.debtor

    assert factored.maturity_years == pytest.approx(90 / 365)
    assert ordered.maturity_years == 1.0


def test_the_rule_book_says_how_sales_count() -> None:
    china = TERMS.model_copy(
        update={"capital": TERMS.capital.model_copy(update={"rule_book": "china"})}
    )
    medium = asked(buyer=PartySeen(annual_sales_minor=15_000_000_000))
    by_basel, by_china = (terms_of(risk(), medium, table) for table in (TERMS, china))

    assert by_basel.obligor.debtor.sales == pytest.approx(150 / 7.8)
    assert by_china.obligor.debtor.sales == 15.0
    assert by_china.capital.default_share != by_basel.capital.default_share


def test_pledged_goods_count_in_loss_and_in_capital() -> None:
    goods = Pledged("p", "warehouse_receipt", value_minor=50_000_000, perfected=True)
    bare, pledged = (terms_of(risk(), asked(collaterals=held), TERMS) for held in ((), (goods,)))

    assert pledged.acting.loss.expected_minor < bare.acting.loss.expected_minor
    assert pledged.obligor.debtor.lgd_share == pytest.approx(
        0.40 - (0.40 - 0.25) * 30_000_000 / pledged.acting.loss.ead_minor
    )


def test_more_collateral_never_takes_the_place_of_better() -> None:
    """Receivables of twice the exposure leave 20 %; goods beside them leave it there."""
    lent = asked(product="receivable_pledge", amount_requested_minor=40_000_000)
    goods = Pledged("p", "warehouse_receipt", value_minor=50_000_000, perfected=True)
    for held in ((), (goods,)):
        found = terms_of(risk(), replace(lent, collaterals=held), TERMS)
        assert found.obligor.debtor.lgd_share == pytest.approx(0.20)
