"""Python's onnx checker and Python's onnxruntime read a model and give its golden scores: python check_model.py DIR"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

folder = pathlib.Path(sys.argv[1])
onnx.checker.check_model(str(folder / "model.onnx"), full_check=True)
session = onnxruntime.InferenceSession(str(folder / "model.onnx"), providers=["CPUExecutionProvider"])
largest = 0.0
for text in json.loads((folder / "golden.json").read_text("utf-8"))["texts"]:
    ids = np.array([text["ids"]], dtype=np.int32)
    (logits,) = session.run(["logits"], {"ids": ids, "lengths": np.array([ids.shape[1]], dtype=np.int32)})
    score = 1 / (1 + np.exp(float(logits[0, 0]) - float(logits[0, 1])))
    largest = max(largest, abs(score - text["score"]))
if largest > 1e-5:
    sys.exit(f"{folder}: golden scores differ by {largest:.2e}, at most 1e-5 expected")
print(f"{folder}: the checker accepts it, golden scores within {largest:.1e}")
