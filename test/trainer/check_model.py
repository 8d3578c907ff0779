"""Python's onnx checker and Python's onnxruntime read a model and give its golden scores and stars: python check_model.py DIR"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
golden = json.loads((folder / "golden.json").read_text("utf-8"))["texts"]
# Integer products are exact, but what is quantised is rounded after float32 sums, whose order differs from build to build.
graphs = [(manifest["graph"], "score", "stars", 1e-5)]
if "int8" in manifest:
    graphs.append((manifest["int8"]["graph"], "int8Score", "int8Stars", 1e-3))
values = manifest.get("stars", {}).get("values")
for graph, score_key, stars_key, tolerance in graphs:
    onnx.checker.check_model(str(folder / graph), full_check=True)
    session = onnxruntime.InferenceSession(str(folder / graph), providers=["CPUExecutionProvider"])
    largest = 0.0
    for text in golden:
        ids = np.array([text["ids"]], dtype=np.int32)
        wanted = ["logits", "stars"] if values else ["logits"]
        logits, *stars = session.run(wanted, {"ids": ids, "lengths": np.array([ids.shape[1]], dtype=np.int32)})
        score = 1 / (1 + np.exp(float(logits[0, 0]) - float(logits[0, 1])))
        largest = max(largest, abs(score - text[score_key]))
        if values:  # as a share of their scale
            largest = max(largest, abs(float(stars[0][0]) - text[stars_key]) / (values[-1] - values[0]))
    if largest > tolerance:
        sys.exit(f"{folder / graph}: golden scores or stars differ by {largest:.2e}, at most {tolerance} expected")
    print(f"{folder / graph}: the checker accepts it, golden {'scores and stars' if values else 'scores'} within {largest:.1e}")
