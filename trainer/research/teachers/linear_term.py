"""An NB-SVM in the form of the published network's linear term (trainer/src/model/ngrams.ts), which can be added to it.

    python trainer/research/teachers/linear_term.py runs/teacher/corpus.jsonl models/reviews-bilstm/vocab.json \\
        runs/teacher/labels.jsonl runs/teacher/linear-term.f32

The latent value of a text of n ids is 3 / sqrt(n) times the sum of one weight per word, hashed bigram and hashed trigram, plus a
constant. Features are scaled by their log-count ratio and fitted by logistic regression, as ngrams.py does, on the training
reviews, on the unlabelled ones, which count as much as their teacher is sure of them, and on the preset's short sentences, which count a tenth. Writes the weights as float32: words,
bigrams, trigrams, then the constant.
"""
import argparse
import json

import numpy as np
import scipy.sparse as sp
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

BIGRAM_BITS, TRIGRAM_BITS = 19, 20
SCALE = 3
UNKNOWN = 1
NEUTRAL = 3
GENERATED_SHARE = 0.1

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("vocabulary", help="vocab.json of the network")
args.add_argument("labels", help="labels.jsonl of stack.py, for the unlabelled reviews")
args.add_argument("out", help="the weights, raw float32")
args.add_argument("--c", type=float, default=0.6)
args.add_argument("--weight-power", type=float, default=0.5, help="a domain of n reviews counts n to the power of 1 - this")
args = args.parse_args()

with open(args.vocabulary, encoding="utf-8") as file:
    vocabulary = json.load(file)
place_of = {word: place for place, word in enumerate(vocabulary["words"])}
half = vocabulary["settings"]["maximumLength"] // 2
words = len(place_of)
size = words + (1 << BIGRAM_BITS) + (1 << TRIGRAM_BITS)


def places(tokens):
    """Places of a text's n-grams in the flat weights, as `ngramPlaces` finds them."""
    ids = np.array([place_of.get(token, UNKNOWN) for token in tokens], np.int64)
    if len(ids) > 2 * half:
        ids = np.concatenate([ids[:half], ids[-half:]])
    bigrams = (ids[:-1] * 1000003 + ids[1:] * 31) & ((1 << BIGRAM_BITS) - 1)
    trigrams = (ids[:-2] * 1000003 + ids[1:-1] * 15485863 + ids[2:] * 32452843) & ((1 << TRIGRAM_BITS) - 1)
    return len(ids), np.concatenate([ids, words + bigrams, words + (1 << BIGRAM_BITS) + trigrams])


with open(args.labels, encoding="utf-8") as lines:
    taught = {row["key"]: row["positive"] for row in map(json.loads, lines)}
rows, indices, values, ends = [], [], [], [0]
with open(args.corpus, encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        if row["role"] in ("unlabelled", "generated"):
            positive = row["positive"] if row["role"] == "generated" else taught[row["key"]]
            row |= {"domain": row["role"], "rating": 0, "label": int(positive > 0.5), "confidence": abs(2 * positive - 1)}
        length, found = places(row.pop("tokens").split(" "))
        found, counts = np.unique(found, return_counts=True)
        indices.append(found.astype(np.int32))
        values.append((counts * (SCALE / np.sqrt(length))).astype(np.float32))
        ends.append(ends[-1] + len(found))
        rows.append(row)
features = sp.csr_matrix((np.concatenate(values), np.concatenate(indices), ends), (len(rows), size))
del indices, values
role = np.array([row["role"] for row in rows])
domain = np.array([row["domain"] for row in rows])
rating = np.array([row["rating"] for row in rows])
labels = np.array([row["label"] for row in rows])
training, validation = np.flatnonzero((role != "validation") & (rating != NEUTRAL)), np.flatnonzero(role == "validation")

sizes = {name: np.sum(domain[training] == name) for name in set(domain[training])}
x, y = features[training], labels[training]
weights = np.array([float(sizes[name]) ** -args.weight_power for name in domain[training]])
weights *= np.array([rows[i].get("confidence", 1) for i in training])
weights[role[training] == "generated"] *= GENERATED_SHARE
weights /= weights.mean()
present = x.copy()
present.data = np.ones_like(present.data)
p, q = (np.asarray(present.T @ (weights * (y == k)).astype(np.float32)) + 1 for k in (1, 0))
seen_twice = np.bincount(x.indices, minlength=size) >= 2
ratio = (np.log((p / p.sum()) / (q / q.sum())) * seen_twice).astype(np.float32)
del present
model = LogisticRegression(C=args.c, solver="liblinear", dual=True, max_iter=100, tol=2e-2, random_state=0)
model.fit(x @ sp.diags(ratio), y, sample_weight=weights)
linear = (model.coef_.ravel() * ratio).astype(np.float32)

log_odds = features[validation] @ linear + model.intercept_[0]
found = []
for name in sorted(set(domain[validation])):
    clear = (domain[validation] == name) & (rating[validation] != NEUTRAL)
    truth = labels[validation][clear]
    found.append((np.mean((log_odds[clear] > 0) == truth), roc_auc_score(truth, log_odds[clear])))
    if name == "imdb-train":
        print(f"{name} {found[-1][0]:.4f} {found[-1][1]:.4f}", flush=True)
print(f"C {args.c}: mean accuracy {np.mean([a for a, _ in found]):.4f}, AUC {np.mean([b for _, b in found]):.4f}", flush=True)
np.concatenate([linear, [np.float32(model.intercept_[0])]]).astype(np.float32).tofile(args.out)
