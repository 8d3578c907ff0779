"""What Schemathesis cannot know of the sentiment service: its words, and the lines of POST /sentiment/stream."""
import json

import schemathesis


@schemathesis.hook
def map_case(ctx, case):
    if case.meta is not None and case.meta.generation.mode is schemathesis.GenerationMode.POSITIVE:
        make_scorable(case.body)
    return case


def make_scorable(body):
    """Half of the texts get words that every model knows, so that not all of them are refused."""
    for owner in [body, *items_of(body)]:
        for member in ("text", "inputs"):
            text = owner.get(member) if isinstance(owner, dict) else None
            if isinstance(text, str) and len(text) % 2 == 0:
                owner[member] = f"A great film. {text}"
    for tensor in tensors_of(body):
        tensor["data"] = tensor["data"][:1000] or ["A great film."]
        tensor["shape"] = [len(tensor["data"])]
        tensor.pop("parameters", None)


def items_of(body):
    items = body.get("items") if isinstance(body, dict) else None
    return items if isinstance(items, list) else []


def tensors_of(body):
    """Open Inference: tensors of flat texts, whose shape must be made to agree with them."""
    inputs = body.get("inputs") if isinstance(body, dict) else None
    tensors = inputs if isinstance(inputs, list) else []
    return [
        tensor
        for tensor in tensors
        if isinstance(tensor, dict)
        and isinstance(tensor.get("data"), list)
        and all(isinstance(text, str) for text in tensor["data"])
    ]


@schemathesis.serializer("application/x-ndjson")
def serialize(ctx, value):
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer("application/x-ndjson")
def deserialize(ctx, response):
    """The last line: the schema says what one line is, and the summary is always there."""
    return json.loads(response.content.splitlines()[-1])
