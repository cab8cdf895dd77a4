"""The committed files say what the classes and manifests say; a broken promise is never written over."""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import BaseModel

from deploy.cli.checkout import ROOT
from deploy.contracts.files import EXAMPLES, SCHEMAS, MarkerMissing, compared, filled, write
from deploy.contracts.language import Language
from deploy.published import SCHEMAS as SERVED
from deploy.published import asyncapi_of, schema_of

ONE = "enrolment/CohortOpened.v1.json"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Give a copy of the generated files that may be spoiled."""
    shutil.copytree(ROOT / "shared" / "events", tmp_path / "shared" / "events")
    for readme in (ROOT / "services").glob("*/README.md"):
        (tmp_path / "services" / readme.parent.name).mkdir(parents=True)
        shutil.copy(readme, tmp_path / "services" / readme.parent.name)
    return tmp_path


def test_the_committed_files_are_up_to_date(language: Language) -> None:
    report = compared(language, ROOT)
    stale = [str(path.relative_to(ROOT)) for path in report.stale]
    assert report.clean, f"run ./sixsteps contracts: stale {stale}, broken {report.broken}"


def test_a_file_that_is_missing_or_wrong_is_written_anew(language: Language, copy: Path) -> None:
    (copy / SCHEMAS / ONE).unlink()
    (copy / EXAMPLES / ONE).write_text("{}")
    report = compared(language, copy)
    assert set(report.stale) == {copy / SCHEMAS / ONE, copy / EXAMPLES / ONE}
    write(report)
    assert compared(language, copy).clean


def test_an_example_written_by_hand_is_kept_as_far_as_it_fits(language: Language, copy: Path) -> None:
    example = copy / EXAMPLES / ONE
    told = json.loads(example.read_text())
    told["data"] |= {"capacity": 7, "version_id": 12, "forgotten": True}
    example.write_text(json.dumps(told))
    write(compared(language, copy))
    data = json.loads(example.read_text())["data"]
    assert data["capacity"] == 7
    assert data["version_id"] == "six-steps-care-homes.1"
    assert "forgotten" not in data
    document = json.loads((copy / SCHEMAS / "enrolment" / "asyncapi.json").read_text())
    assert document["components"]["messages"]["enrolment.CohortOpened.v1"]["examples"][0]["payload"] == data


def test_a_schema_of_an_event_that_is_gone_is_a_broken_promise(language: Language, copy: Path) -> None:
    shutil.copy(copy / SCHEMAS / ONE, copy / SCHEMAS / "enrolment" / "CohortDissolved.v1.json")
    assert any("CohortDissolved.v1.json" in fault for fault in compared(language, copy).broken)


def test_a_version_without_a_way_up_is_a_broken_promise(language: Language, copy: Path) -> None:
    shutil.copy(copy / SCHEMAS / ONE, copy / SCHEMAS / "enrolment" / "CohortOpened.v2.json")
    assert any("CohortOpened.v2.json" in fault for fault in compared(language, copy).broken)


def test_a_field_that_was_promised_and_is_gone_is_a_broken_promise(language: Language, copy: Path) -> None:
    committed = json.loads((copy / SCHEMAS / ONE).read_text())
    committed["properties"]["room"] = {"type": "string"}
    (copy / SCHEMAS / ONE).write_text(json.dumps(committed))
    assert any(ONE in fault for fault in compared(language, copy).broken)


def test_a_readme_without_its_markers_is_named(language: Language) -> None:
    with pytest.raises(MarkerMissing, match=r"services/enrolment/README\.md.*views"):
        filled("<!-- generated:commands -->\n<!-- /generated -->\n", language, language.services[0])


def test_what_is_generated_is_what_the_services_hand_out(language: Language) -> None:
    assert SERVED == ROOT / SCHEMAS
    for one in language.published:
        schema = schema_of(one.service)(one.file)
        assert schema is not None
        assert schema["$id"] == f"/schemas/{one.file}"
    assert all(asyncapi_of(service.name)()["asyncapi"] == "3.0.0" for service in language.services)


def test_the_command_says_in_json_that_all_is_well() -> None:
    told = _contracts("--check", "--json")
    assert told == {"written": [], "stale": [], "broken": []}


def _contracts(*words: str) -> Mapping[str, object]:
    command = [sys.executable, "-m", "deploy.cli", "contracts", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found: Mapping[str, object] = json.loads(done.stdout)
    return found


def test_every_value_in_an_event_ignores_what_it_does_not_know(language: Language) -> None:
    strict = {
        value.__name__
        for one in language.published
        for value in _values(one.event)
        if value.model_config.get("extra") == "forbid"
    }
    assert not strict, f"{strict}: a publisher could never add a field"


def _values(model: type[BaseModel]) -> set[type[BaseModel]]:
    found = {model}
    for field in model.model_fields.values():
        for part in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if isinstance(part, type) and issubclass(part, BaseModel):
                found |= _values(part)
    return found
