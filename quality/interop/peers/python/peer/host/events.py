import json


def emit(event: str, **fields: object) -> None:
    """Prints one event as a line of JSON."""
    print(json.dumps({"event": event, **fields}), flush=True)
