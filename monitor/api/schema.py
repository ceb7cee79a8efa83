"""What the API Design Rules ask of the OpenAPI document beyond drf-spectacular's own: in this one place."""

PROBLEM = "application/problem+json"


def shape(result: dict, generator, request, public) -> dict:
    """Errors as problem+json and the version header on every answer."""
    header = {"description": "Version of the API", "schema": {"type": "string"}}
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, response in operation.get("responses", {}).items():
                response["headers"] = {"API-Version": header}
                content = response.get("content", {})
                if status.startswith("4") and content:
                    response["content"] = {PROBLEM: next(iter(content.values()))}
    return result
