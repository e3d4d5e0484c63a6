"""Makes schema.json from the discovery document that google-api-python-client carries.

Run `python -m sheetsync.sandbox.google.schema_source` after an update of that package. Only names and types are kept.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("schema.json")
MARKS = {
    "int32": "i",
    "double": "d",
    "float": "d",
    "boolean": "b",
    "string": "s",
    "google-fieldmask": "m",
    "google-datetime": "s",
    "any": "*",
}
"""One sign for each format, or type without a format, of the discovery document."""


def discovery_document() -> dict[str, Any]:
    """The installed discovery document of Sheets v4.

    Raises:
        LookupError: google-api-python-client is not installed.
    """
    spec = find_spec("googleapiclient")
    if spec is None or spec.origin is None:
        raise LookupError("google-api-python-client is not installed")
    path = Path(spec.origin).parent / "discovery_cache" / "documents" / "sheets.v4.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def compact(document: dict[str, Any]) -> dict[str, Any]:
    """Schemas as {name: {field: type}}. A type is `s`tring, `b`oolean, `i`nt32, `d`ouble, `m`ask, `*` for any value,
    `@Name` for another schema, `[]type` for a list, `{}type` for a map, or `=A|B` for an enumeration.
    """
    return {
        name: {field: _type(about) for field, about in sorted(schema.get("properties", {}).items())}
        for name, schema in sorted(document["schemas"].items())
    }


def rendered(document: dict[str, Any]) -> str:
    """The text of schema.json: one schema a line, so that changes can be read."""
    lines = [f"{json.dumps(name)}: {json.dumps(fields)}" for name, fields in compact(document).items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _type(about: dict[str, Any]) -> str:
    if "$ref" in about:
        return f"@{about['$ref']}"
    if "enum" in about:
        return "=" + "|".join(about["enum"])
    if about["type"] == "array":
        return f"[]{_type(about['items'])}"
    if about["type"] == "object":
        return f"{{}}{_type(about['additionalProperties'])}"
    return MARKS[about.get("format", about["type"])]


if __name__ == "__main__":
    TARGET.write_text(rendered(discovery_document()), encoding="utf-8")
