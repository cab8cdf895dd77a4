"""What a deployment may say: the schema of the chart's values."""

import re

import yaml

from tests.support.chart import CHART


def test_the_schema_of_the_values_knows_every_value() -> None:
    schema = yaml.safe_load((CHART / "values.schema.json").read_text())
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    assert values.keys() - schema["properties"].keys() == set()
    assert re.search(r"(?m)^  tag: \"\"", (CHART / "values.yaml").read_text())
