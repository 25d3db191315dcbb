"""The compose file and the manifests: they fit their schemas, and hold what they start."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from service.settings import Settings
from tests.deploy.confined import UID
from tests.deploy.dockerfile import ROOT
from tests.laws import house

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
FOLDER = ROOT / "deploy" / "kubernetes"


def manifests() -> Iterator[dict[str, Any]]:
    """Every object that kustomize would apply."""
    kustomization = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))
    listed = kustomization["resources"]
    there = {path.name for path in FOLDER.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(listed) == there
    for name in listed:
        yield from yaml.safe_load_all((FOLDER / name).read_text("utf-8"))


OBJECTS = {f"{one['kind']} {one['metadata']['name']}": one for one in manifests()}
PODS = {
    name: one["spec"]["template"]["spec"]
    for name, one in OBJECTS.items()
    if "template" in one.get("spec", {})
}


def test_the_compose_file_fits_the_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")
    said = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_container_is_held(name: str) -> None:
    service = COMPOSE["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["tmpfs"]
    assert not service.get("privileged")
    assert set(service.get("cap_add", ())) <= {
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "SETGID",
        "SETUID",
    }
    assert "user" not in service  # the image's own, which isn't root
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
    given = service.get("environment", {})
    assert [key for key in given if re.search("PASSWORD$|SECRET$|PEPPER$|TOKEN$|_DB$", key)] in (
        [],
        ["POSTGRES_DB"],  # a name
    )


def test_the_service_waits_for_its_database_and_its_tables() -> None:
    services = COMPOSE["services"]

    assert services["database"]["healthcheck"]["test"][1] == "pg_isready"
    assert services["tables"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    assert services["service"]["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "tables": {"condition": "service_completed_successfully"},
    }
    assert int(services["service"]["environment"]["TRICREDIT_WORKERS"]) > 1
    assert services["database"].get("networks") == ["inside"]
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    named = {one for service in services.values() for one in service["secrets"]}
    assert named == set(COMPOSE["secrets"])
    assert {Path(one["file"]).name for one in COMPOSE["secrets"].values()} == named
    assert "/secrets/" in (ROOT / ".gitignore").read_text("utf-8").splitlines()


@pytest.mark.parametrize("name", OBJECTS)
def test_every_object_fits_its_schema(name: str) -> None:
    kubernetes_validate.validate(OBJECTS[name], "1.37", strict=True)


@pytest.mark.parametrize("name", PODS)
def test_every_pod_is_held(name: str) -> None:
    pod = PODS[name]
    (container,) = pod["containers"]

    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == pod["securityContext"]["runAsGroup"] == UID
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"memory"} <= set(container["resources"]["limits"])
    assert {"cpu", "memory"} == set(container["resources"]["requests"])
    mounted = {one["name"]: one["mountPath"] for one in container["volumeMounts"]}
    assert mounted["tmp"] == "/tmp"  # noqa: S108
    assert mounted["secrets"] == "/run/secrets"
    assert set(mounted) == {one["name"] for one in pod["volumes"]}


def test_the_probes_ask_what_the_service_answers() -> None:
    (container,) = PODS["Deployment tricredit"]["containers"]
    asked = {
        kind: container[f"{kind}Probe"]["httpGet"]["path"]
        for kind in ("startup", "liveness", "readiness")
    }

    assert asked == {
        "startup": "/health/live",
        "liveness": "/health/live",
        "readiness": "/health/ready",
    }
    assert container["ports"][0]["containerPort"] == 8000
    selector = OBJECTS["Service tricredit"]["spec"]["selector"]
    labels = OBJECTS["Deployment tricredit"]["spec"]["template"]["metadata"]["labels"]
    assert selector.items() <= labels.items()
    assert OBJECTS["PodDisruptionBudget tricredit"]["spec"]["selector"]["matchLabels"] == selector
    policy = OBJECTS["NetworkPolicy tricredit"]["spec"]["podSelector"]["matchLabels"]
    for name in PODS:
        labels = OBJECTS[name]["spec"]["template"]["metadata"]["labels"]
        assert policy.items() <= labels.items()
        assert name.startswith("Deployment") or not selector.items() <= labels.items()


def test_what_they_set_is_a_setting() -> None:
    told = {
        *COMPOSE["services"]["service"]["environment"],
        *OBJECTS["ConfigMap tricredit"]["data"],
        *(name.upper() for name in COMPOSE["secrets"] if name.startswith("tricredit_")),
    }
    # of these the settings tell when access is built in: environment and pepper
    known = {f"TRICREDIT_{name.upper()}" for name in Settings.model_fields}

    assert told - known <= {"TRICREDIT_ENV", "TRICREDIT_KEY_PEPPER"}


def test_no_secret_is_in_the_tree() -> None:
    assert [path for path in house.tracked() if path.parts[0] == "secrets"] == []
    assert "Secret" not in {one["kind"] for one in OBJECTS.values()}


def test_the_page_names_every_secret() -> None:
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")

    assert [name for name in COMPOSE["secrets"] if name not in page] == []
