"""A validation is believed of the bundle it is of, as it was signed, and of no other."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.audit.signing_keys import PRIVATE, load_private
from models.bundle import read
from models.manifest import Verified
from models.signed_validation import (
    LARGEST,
    Validation,
    believed,
    file_of,
    save_validation,
    signed,
    stored_validation,
)
from models.signing import public_of
from models.storage import BundleRefused
from tests.models.made_validations import made_evidence
from tests.worlds import SmallWorld

KEY = Ed25519PrivateKey.from_private_bytes(b"v" * 32)


@pytest.fixture(scope="module")
def source(small_world: SmallWorld) -> Verified:
    return read(small_world.bundle, public_of(load_private(small_world.keys / PRIVATE)))


def told(source: Verified, content: bytes) -> Validation:
    return believed(content, source.id, source.digest, public_of(KEY))


def test_what_was_signed_is_read_again(source: Verified) -> None:
    content = signed(source, made_evidence(), KEY)

    found = told(source, content)

    assert found.passed
    assert (found.rows, found.figures["auc"], found.bundle) == (1200, 0.75, source.id)
    assert content == signed(source, made_evidence(), KEY)
    assert not told(source, signed(source, made_evidence(auc=0.5), KEY)).passed


def test_every_change_of_a_validation_is_refused(source: Verified) -> None:
    content = json.loads(signed(source, made_evidence(auc=0.5), KEY))
    better = json.loads(json.dumps(content))
    better["gates"][0]["passed"] = True
    fewer = {**content, "gates": []}
    changed = [
        *(json.dumps(content).encode(), b"", b"{}", b"[]", b"null", b"\xff", b"[" * 100_000),
        json.dumps(better).encode(),
        json.dumps(fewer).encode(),
        *(json.dumps({**content, name: value}).encode() for name, value in CHANGES.items()),
        *(
            json.dumps({key: value for key, value in content.items() if key != name}).encode()
            for name in content
        ),
    ]
    for wrong in changed:
        with pytest.raises(BundleRefused) as refused:
            told(source, wrong)
        assert refused.value.field == file_of(source.id)
        assert refused.value.remedy


CHANGES = {
    "rows": 1201,
    "until": "2026-07-01",
    "sample": "0" * 64,
    "figures": {"auc": 0.9},
    "bundle": "late5-000000000000",
    "manifest": "0" * 64,
    "key": "0" * 16,
    "signature": "00" * 64,
    "more": 1,
}


def test_a_validation_of_another_bundle_or_by_a_stranger_is_refused(source: Verified) -> None:
    other = replace(source, id="late5-000000000000")
    with pytest.raises(BundleRefused, match="another bundle"):
        told(source, signed(other, made_evidence(), KEY))
    stranger = Ed25519PrivateKey.from_private_bytes(b"s" * 32)
    with pytest.raises(BundleRefused, match="not trusted"):
        told(source, signed(source, made_evidence(), stranger))


def test_it_lies_beside_the_bundle_and_a_later_one_replaces_it(
    source: Verified, tmp_path: Path
) -> None:
    bundle = tmp_path / source.id
    bundle.mkdir()
    assert stored_validation(source, bundle) is None

    for auc in (0.5, 0.75):
        save_validation(tmp_path, source, made_evidence(auc=auc), KEY)
        for where in (bundle, f"file://{bundle}"):
            content = stored_validation(source, where)
            assert content is not None
            assert told(source, content).figures["auc"] == auc

    (tmp_path / file_of(source.id)).write_bytes(b" " * (LARGEST + 1))
    with pytest.raises(BundleRefused, match="larger"):
        stored_validation(source, bundle)
