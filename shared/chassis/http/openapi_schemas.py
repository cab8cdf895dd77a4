"""The JSON Schemas that an OpenAPI document needs, collected while it is written."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode

from shared.chassis.declarations.aggregate import Aggregate
from shared.chassis.http import openapi_parts as said

_TEMPLATE: Final = "#/components/schemas/{model}"


class Schemas:
    """Adds the schema of each model once, and tells the reference to it. Raises ValueError when two share a name."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}

    def body(self, model: type[BaseModel], *left_out: str) -> Mapping[str, Any]:
        """What may be sent: the model without the fields that come from the address."""
        schema = self._schema(model, "validation")
        for name in left_out:
            schema.get("properties", {}).pop(name, None)
        schema["required"] = [name for name in schema.get("required", []) if name not in left_out]
        return self._keep(model.__name__, schema)

    def answer(self, model: type[BaseModel]) -> Mapping[str, Any]:
        """What comes back."""
        return self._keep(model.__name__, self._schema(model, "serialization"))

    def state(self, aggregate: Aggregate[Any, Any, Any, Any]) -> Mapping[str, Any]:
        """What is public of a thing, with its id and version."""
        name = aggregate.state.__name__
        if aggregate.across_regions or aggregate.shows is not None:
            return self._keep(name, said.with_version({"type": "object", "properties": {}}))
        return self._keep(name, said.with_version(self._schema(aggregate.state, "serialization")))

    def card(self, model: type[BaseModel]) -> Mapping[str, Any]:
        """A card as it is told, with its id and version."""
        return self._keep(f"Known{model.__name__}", said.with_version(self._schema(model, "serialization")))

    def field(self, model: type[BaseModel], name: str) -> Mapping[str, Any]:
        """One field of a model, as a parameter."""
        schema = self._schema(model, "validation")
        found: Mapping[str, Any] = schema.get("properties", {}).get(name, {})
        return found

    def _schema(self, model: type[BaseModel], mode: JsonSchemaMode) -> dict[str, Any]:
        schema = model.model_json_schema(mode=mode, ref_template=_TEMPLATE)
        for name, below in schema.pop("$defs", {}).items():
            self._keep(name, below)
        return schema

    def _keep(self, name: str, schema: Mapping[str, Any]) -> Mapping[str, Any]:
        place = name if self.found.get(name, schema) == schema else f"{name}{len(self.found)}"
        self.found[place] = schema
        return said.ref(place)
