"""A service to demonstrate: the small world's ledger, a champion with its proof, a shadow."""

from __future__ import annotations

import shutil
from pathlib import Path

from ledger.audit.signing_keys import PRIVATE, load_private
from ledger.database import open_database
from models.bundle import load, save
from models.signing import local_keys
from service.settings import Settings
from tests.models.made_validations import made_evidence, validate_as
from tests.models.tampering import Pair
from tests.service.crowning import crown, take
from tests.service.shadowed import give


def to_demonstrate(db: str, bundle: Path, folder: Path) -> Settings:
    """Register a bundle as champion and its like as shadow; settings of a service with both.

    Parameters
    ----------
    db : str
        URL of the ledger, which is written to.
    bundle : Path
        Folder of the bundle, with the keys that signed it beside.
    folder : Path
        Where copies go.
    """
    bundles = folder / "registry" / "bundles"
    champion = Path(shutil.copytree(bundle, bundles / bundle.name))
    keys = Path(shutil.copytree(local_keys(bundle.parent), local_keys(bundles)))
    key = load_private(keys / PRIVATE)
    card = load(champion, keys).card
    other = card.model_copy(update={"name": "other", "cal_intercept": card.cal_intercept + 0.3})
    texts = [(champion / name).read_text("utf-8") for name in ("additive.txt", "cross.txt")]
    shadow = save(bundles, other, *texts, key=key, version=1)
    engine = open_database(db)
    for one in (champion, shadow):
        validate_as(one, key, made_evidence())
        take(engine, Pair(champion, shadow, keys), one)
    crown(engine, champion)
    give(engine, "shadow", shadow)
    engine.dispose()
    return Settings(db=db, bundles=str(bundles), trust=keys)
