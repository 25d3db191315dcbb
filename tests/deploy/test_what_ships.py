"""What ships: each package locked by hashes, listed, under a licence that is allowed."""

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.deploy.dockerfile import ROOT

LOCKS = sorted(path.name for path in ROOT.glob("requirements*.lock"))
ALLOWED = re.compile(
    r"(apache|bsd|mit|isc|psf|python software|zlib|unlicense|cc0|hpnd|historical permission"
    r"|mpl|mozilla|lgpl|lesser general public|0bsd|blueoak|public domain)",
    re.IGNORECASE,
)
"""Permissive licences, and those whose duties end at their own files or library (MPL, LGPL)."""

FORBIDDEN = re.compile(
    r"(?<!l)(?<!lesser )\b(a?gpl|affero|sspl|busl|commons clause|proprietary)", re.IGNORECASE
)


def locked(name: str) -> dict[str, tuple[Requirement, list[str]]]:
    """Packages of a lock with their hashes."""
    found: dict[str, tuple[Requirement, list[str]]] = {}
    text = (ROOT / name).read_text(encoding="utf-8")
    for block in re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE)):
        stated = block.partition(" \\")[0].strip()
        if stated:
            requirement = Requirement(stated)
            found[canonical(requirement.name)] = requirement, re.findall(r"--hash=(\S+)", block)
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_of_a_lock_is_one_version_with_hashes(name: str) -> None:
    found = locked(name)
    text = (ROOT / name).read_text(encoding="utf-8")

    assert len(found) > 30
    for requirement, hashes in found.values():
        assert [one.operator for one in requirement.specifier] == ["=="], requirement
        assert requirement.url is None
        assert hashes
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", one) for one in hashes)
    assert re.search(r"^\s*(--|https?:|git\+)(?!hash)", text, re.MULTILINE) is None
    assert "://" not in text


def test_the_list_of_components_has_every_package_that_ships(tmp_path: Path) -> None:
    listed = tmp_path / "sbom.cdx.json"
    lister = Path(sys.executable).with_name("cyclonedx-py")
    lock = ROOT / "requirements.lock"
    subprocess.run(
        [lister, "requirements", "--output-reproducible", "-o", listed, lock], check=True
    )
    document = json.loads(listed.read_text(encoding="utf-8"))
    components = {canonical(one["name"]): one for one in document["components"]}

    packages = locked("requirements.lock")
    assert document["bomFormat"] == "CycloneDX"
    assert components.keys() == packages.keys()
    for name, (requirement, hashes) in packages.items():
        (pinned,) = requirement.specifier
        assert components[name]["version"] == pinned.version
        assert components[name]["purl"].startswith("pkg:pypi/")
        told = [one for one in components[name]["externalReferences"] if "hashes" in one]
        written = {f"sha256:{one['content']}" for ref in told for one in ref["hashes"]}
        assert set(hashes) <= written, name
    print(f"{len(components)} of {len(packages)} packages listed")


def licences(name: str) -> str | None:
    """What an installed package says of its licence; None where it isn't installed here."""
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return None
    classifiers = [one for one in metadata.get_all("Classifier") or () if one.startswith("License")]
    (expression,) = metadata.get_all("License-Expression") or ("",)
    (text,) = metadata.get_all("License") or ("",)
    return expression or " ".join(classifiers) or str(text)[:200]


def test_every_package_that_ships_is_under_an_allowed_licence() -> None:
    said = {}
    for name, (requirement, _) in locked("requirements.lock").items():
        if requirement.marker is None or requirement.marker.evaluate():
            said[name] = licences(name)

    assert [name for name, licence in said.items() if licence is None] == []
    wrong = {
        name: licence
        for name, licence in said.items()
        if licence is not None and (not ALLOWED.search(licence) or FORBIDDEN.search(licence))
    }
    assert wrong == {}
    print(f"{len(said)} licences read")
