"""A linear model of what the networks get wrong, in the form of the published network's linear term (trainer/src/model/ngrams.ts), which it is added to.

    python trainer/research/teachers/linear_term.py runs/teacher/corpus.jsonl models/reviews-bilstm/vocab.json \\
        runs/teacher/linear-term.f32 --networks runs/teacher/network-*.jsonl

The latent value of a text of n ids is 3 / sqrt(n) times the sum of one weight per word, hashed bigram and hashed trigram, plus a
constant. Features are scaled by their log-count ratio and fitted by logistic regression, as ngrams.py does, but beside the log-odds
of networks.py, which are out of fold: the weights learn what such a network gets wrong. It is fitted to rated training reviews and to
the written short sentences. Writes the weights as float32, divided by the slope of the networks' log-odds: words, bigrams, trigrams,
then the constant.
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

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("vocabulary", help="vocab.json of the network")
args.add_argument("out", help="the weights, raw float32")
args.add_argument("--c", type=float, default=0.6)
args.add_argument("--weight-power", type=float, default=0.5, help="a domain of n reviews counts n to the power of 1 - this")
args.add_argument("--networks", nargs="+", required=True, help="log-odds of networks.py, one file per fold")
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


networks = []
for name in args.networks:
    with open(name, encoding="utf-8") as lines:
        networks.append({row["key"]: row["logOdds"] for row in map(json.loads, lines)})
rows, indices, values, ends = [], [], [], [0]
with open(args.corpus, encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        log_odds = [one[row["key"]] for one in networks if row["key"] in one]
        if row["role"] in ("unlabelled", "generated") or not log_odds:
            continue
        if row["role"] == "written":
            row |= {"domain": "written", "rating": 0, "label": int(row["positive"] > 0.5)}
        row |= {"network": np.mean(log_odds), "confidence": abs(2 * row.get("positive", 1) - 1)}
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
network = np.array([row["network"] for row in rows])
training, validation = np.flatnonzero((role != "validation") & (rating != NEUTRAL)), np.flatnonzero(role == "validation")

sizes = {name: np.sum(domain[training] == name) for name in set(domain[training])}
x, y = features[training], labels[training]
weights = np.array([float(sizes[domain[i]]) ** -args.weight_power * rows[i]["confidence"] for i in training])
weights /= weights.mean()
present = x.copy()
present.data = np.ones_like(present.data)
p, q = (np.asarray(present.T @ (weights * (y == k)).astype(np.float32)) + 1 for k in (1, 0))
seen_twice = np.bincount(x.indices, minlength=size) >= 2
ratio = (np.log((p / p.sum()) / (q / q.sum())) * seen_twice).astype(np.float32)
del present
model = LogisticRegression(C=args.c, solver="liblinear", dual=True, max_iter=100, tol=2e-2, random_state=0)
# Ten times the log-odds: their slope is hardly drawn to zero.
model.fit(sp.hstack([x @ sp.diags(ratio), sp.csr_matrix(10 * network[training, None])]).tocsr(), y, sample_weight=weights)
*linear, slope = model.coef_.ravel() * np.append(ratio, 10)
linear, constant = np.array(linear) / slope, model.intercept_[0] / slope


def report(name, log_odds):
    """Prints the means of the domains' accuracies and AUCs, 3-star reviews left out."""
    found = []
    for one in sorted(set(domain[validation])):
        clear = (domain[validation] == one) & (rating[validation] != NEUTRAL)
        truth = labels[validation][clear]
        found.append((np.mean((log_odds[clear] > 0) == truth), roc_auc_score(truth, log_odds[clear])))
    print(f"{name}: mean accuracy {np.mean([a for a, _ in found]):.4f}, AUC {np.mean([b for _, b in found]):.4f}", flush=True)


report("networks", network[validation])
report(f"networks and C {args.c}, slope {slope:.2f}", network[validation] + features[validation] @ linear + constant)
np.append(linear, constant).astype(np.float32).tofile(args.out)
