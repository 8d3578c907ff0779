"""Checks a model with Python's onnx and onnxruntime, and prints its golden scores and stars.

    python check_model.py DIR
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

TOLERANCE = 1e-5

folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
golden = json.loads((folder / "golden.json").read_text("utf-8"))["texts"]
values = manifest.get("stars", {}).get("values")
graph = folder / manifest["graph"]
onnx.checker.check_model(str(graph), full_check=True)
session = onnxruntime.InferenceSession(str(graph), providers=["CPUExecutionProvider"])
largest = 0.0
for text in golden:
    ids = np.array([text["ids"]], dtype=np.int32)
    wanted = ["logits", "stars"] if values else ["logits"]
    logits, *stars = session.run(wanted, {"ids": ids, "lengths": np.array([ids.shape[1]], dtype=np.int32)})
    score = 1 / (1 + np.exp(float(logits[0, 0]) - float(logits[0, 1])))
    largest = max(largest, abs(score - text["score"]))
    if values:  # as a share of their scale
        largest = max(largest, abs(float(stars[0][0]) - text["stars"]) / (values[-1] - values[0]))
if largest > TOLERANCE:
    sys.exit(f"{graph}: golden scores or stars differ by {largest:.2e}, at most {TOLERANCE} expected")
print(f"{graph}: the checker accepts it, golden {'scores and stars' if values else 'scores'} within {largest:.1e}")
