"""What a cluster would be told: the committed renderings of the chart, and other values rendered where helm is."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

HELM = Path(__file__).resolve().parents[2] / "deploy" / "helm"
CHART = HELM / "sixsteps"
SETS = ("laptop", "region", "country")
ON_A_CLUSTER = ("region", "country")
KUBERNETES = "1.34"


@cache
def committed(size: str) -> list[Mapping[str, Any]]:
    """The objects of one size, as they are committed."""
    return objects((HELM / "rendered" / f"{size}.yaml").read_text())


def objects(text: str) -> list[Mapping[str, Any]]:
    """The objects that this text tells of."""
    return [each for each in yaml.safe_load_all(text) if each]


def of(size: str, kind: str) -> dict[str, Mapping[str, Any]]:
    """The committed objects of this kind, by name."""
    return of_kind(committed(size), kind)


def of_kind(found: list[Mapping[str, Any]], kind: str) -> dict[str, Mapping[str, Any]]:
    """The objects of this kind, by name."""
    return {each["metadata"]["name"]: each for each in found if each["kind"] == kind}


def pods(size: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The specification of every pod there would be, by what makes it."""
    for kind in ("Deployment", "Job", "CronJob"):
        for name, each in of(size, kind).items():
            spec = each["spec"]["jobTemplate"]["spec"] if kind == "CronJob" else each["spec"]
            yield name, spec["template"]["spec"]


def values(size: str) -> Mapping[str, Any]:
    """The values of one size: the chart's own, and over them what the size says, as helm lays them."""
    own = yaml.safe_load((HELM / "values" / f"{size}.yaml").read_text())
    return _over(yaml.safe_load((CHART / "values.yaml").read_text()), own)


def rendered(size: str, folder: Path, **other: Any) -> list[Mapping[str, Any]]:
    """The objects of one size with other values over its own. Skips the test where there is no helm."""
    if shutil.which("helm") is None:
        pytest.skip("helm is not installed; the three committed sizes were looked at, other values were not.")
    said = folder / "other.yaml"
    said.write_text(yaml.safe_dump(other))
    sized = ["--values", str(HELM / "values" / f"{size}.yaml"), "--values", str(said)]
    asked = ["helm", "template", "sixsteps", str(CHART), "--kube-version", f"{KUBERNETES}.0", *sized]
    done = subprocess.run(asked, capture_output=True, text=True, check=True)
    return objects(done.stdout)


def _over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> Mapping[str, Any]:
    both = {
        name: _over(lower[name], upper[name])
        for name in lower.keys() & upper.keys()
        if _are_objects(lower[name], upper[name])
    }
    return {**lower, **upper, **both}


def _are_objects(*found: Any) -> bool:
    return all(isinstance(each, dict) for each in found)
