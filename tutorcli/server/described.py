"""The OpenAPI description: wire types as bodies, also where a route reads the stream itself."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from tutorcli.core.problems import PROBLEM, Problem
from tutorcli.server.bodies import adapter

_REF = "#/components/schemas/{model}"
_OPEN_PATHS = frozenset({"/v1/hello", "/v1/enrol", "/healthz", "/readyz", "/metrics"})


def described(
    reply: Any = None, body: Any = None, media: str = "application/json"
) -> dict[str, Any]:
    """Arguments of a route that say what it takes and gives.

    Args:
        reply: Type of the reply; None when it is no JSON object.
        body: Type of the request's body, if it has one.
        media: The body's content type.
    """
    schema = None if body is None else adapter(body).json_schema(ref_template=_REF)
    extra = {} if schema is None else {"requestBody": _required(schema, media)}
    problems = {"schema": {"$ref": _REF.format(model="Problem")}}
    responses: dict[int | str, dict[str, Any]] = {
        "default": {"description": "A problem", "content": {PROBLEM: problems}}
    }
    if reply is not None:
        responses[200] = {"model": reply}
    return {"openapi_extra": extra, "responses": responses, "response_model": None}


def _required(schema: dict[str, Any], media: str) -> dict[str, Any]:
    return {"required": True, "content": {media: {"schema": schema}}}


def describe(app: FastAPI, version: str) -> dict[str, Any]:
    """The OpenAPI document of an app."""
    document = get_openapi(title="tutorcli", version=version, routes=app.routes)
    parts = document.setdefault("components", {})
    schemas = parts.setdefault("schemas", {})
    schemas |= _parts_of(adapter(Problem).json_schema(ref_template=_REF), "Problem")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _hoist(operation, schemas)
            operation.get("responses", {}).pop("422", None)
            if path not in _OPEN_PATHS:
                operation["security"] = [{"token": []}]
    parts["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    return document


def _hoist(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Move a body's schema to the others, where references find it."""
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content.get("schema", {})
        if "title" in schema and "$ref" not in schema:
            schemas |= _parts_of(schema, schema["title"])
            content["schema"] = {"$ref": _REF.format(model=schema["title"])}


def _parts_of(schema: dict[str, Any], name: str) -> dict[str, Any]:
    whole = dict(schema)
    parts = whole.pop("$defs", {})
    return {**parts, name: whole}
