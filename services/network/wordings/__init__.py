"""The wordings under which consent is given, one YAML file for each version."""

from collections.abc import Mapping
from importlib.resources import files

import yaml

from shared.events.values import Wording


def _all() -> Mapping[str, Wording]:
    texts = sorted(file.read_text("utf-8") for file in files(__name__).iterdir() if file.name.endswith(".yaml"))
    wordings = [Wording.model_validate(yaml.safe_load(text)) for text in texts]
    return {wording.version: wording for wording in wordings}


WORDINGS: Mapping[str, Wording] = _all()
"""Every version by its name."""
