"""Tests huggingface_hub on a running service: hf_client.py http://127.0.0.1:8080.

It needs `pip install huggingface_hub`.
"""

import sys

from huggingface_hub import InferenceClient
from huggingface_hub.errors import HfHubHTTPError

client = InferenceClient(base_url=sys.argv[1])
labels = client.text_classification("A great film.")
assert [one.label for one in labels] == ["positive", "negative"], labels
assert labels[0].score > 0.5 and abs(labels[0].score + labels[1].score - 1) < 1e-9, labels
worst = client.text_classification("bad", top_k=1)
assert [one.label for one in worst] == ["negative"], worst
try:
    client.text_classification("")
    raise SystemExit("an empty text was not refused")
except HfHubHTTPError as error:
    assert error.response.status_code == 400, error
print("huggingface_hub: ok", labels[0])
