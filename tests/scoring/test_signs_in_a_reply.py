"""The invented sale of the showcase, from ledger to reply: the lender sees why, nobody else."""

import json

from sqlalchemy import Engine, text

from features.circumstances.sign_seen import SIGNS
from ledger.database import reading
from models.bundle import Bundle
from scoring.reply import reply
from scoring.seen_json import seen_from_json
from tests.scoring.asked import PACK, request, served
from tests.worlds import SmallWorld

SHOWN = {"earlier_claim", "no_order", "unconfirmed", "round_amounts"}
EVIDENCE_IN = (
    "registration",
    "invoice",
    "confirmation",
    "receivable",
    "receivable_invoice",
    "registry_search",
)


def test_an_invented_sale_is_referred_with_its_evidence_and_the_applicant_is_told_none(
    small_world: SmallWorld, engine: Engine, bundle: Bundle
) -> None:
    fraud = small_world.showcase[-1]
    asked = request([{"ref": fraud.receivable, "supplier": fraud.supplier, "buyer": fraud.buyer}])

    scored = served(engine, bundle, asked)
    told = reply(scored, bundle, PACK, score_id=None, currency="CNY")

    seen = told["circumstances"]
    signs = {sign["kind"]: sign for sign in seen["signs"]}
    assert signs.keys() >= SHOWN
    assert seen["fraud_score"] >= 0.8
    assert {rule["code"] for rule in told["rules"] if rule["internal"]} == {"RK24"}
    evidence = {one for sign in signs.values() for one in sign["evidence"]}
    assert evidence <= set(seen["evidence"])
    assert evidence <= ids(engine)
    assert seen_from_json(json.dumps(seen)) == scored.seen
    applicant = json.dumps(told["applicant"], ensure_ascii=False)
    for word in ("K24", "RF", "raud", "欺诈", "可疑", "screen", *SIGNS, *evidence):
        assert word not in applicant


def ids(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return {
            row[0]
            for kind in EVIDENCE_IN
            for row in connection.execute(text(f"SELECT id FROM {kind}"))  # noqa: S608 - of the list above
        }
