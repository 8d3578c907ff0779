"""Tests tritonclient on a running service: triton_client.py 127.0.0.1:8080 MODEL.

It needs `pip install 'tritonclient[http]'`.
"""

import sys

import numpy as np
import tritonclient.http as http

client = http.InferenceServerClient(sys.argv[1])
model = sys.argv[2]
assert client.is_server_live() and client.is_server_ready() and client.is_model_ready(model)
version = client.get_model_metadata(model)["versions"][0]
assert client.get_model_config(model)["input"][0]["name"] == "text"
for shape in ([3], [3, 1]):
    texts = np.array([b"A great film.", b"bad", b""], dtype=object).reshape(shape)
    for binary in (False, True):
        tensor = http.InferInput("text", shape, "BYTES")
        tensor.set_data_from_numpy(texts, binary_data=binary)
        names = ["label", "score", "truncated", "error"]
        asked = [http.InferRequestedOutput(name, binary_data=binary) for name in names]
        answer = client.infer(model, [tensor], model_version=version, outputs=asked, request_id="a")
        label, score, truncated, error = (answer.as_numpy(name).reshape(-1) for name in names)
        words = lambda array: [w.decode() if isinstance(w, bytes) else w for w in array]
        assert words(label) == ["positive", "negative", ""], label
        assert score[0] > 0.5 > score[1] and np.isnan(score[2]), score
        assert not truncated.any() and words(error) == ["", "", "empty_text"], error
default = client.infer(model, [tensor])
assert default.as_numpy("score").dtype == np.float32
assert client.get_inference_statistics(model)["model_stats"][0]["inference_count"] >= 15
try:
    client.infer("other", [tensor])
    raise SystemExit("another model was not refused")
except http.InferenceServerException as refused:
    assert "no such model" in str(refused), refused
print("tritonclient: ok, JSON and binary")
