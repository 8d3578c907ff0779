"""The linear teacher: NB-SVM on word 1-3-grams (Wang and Manning 2012; Mesnil et al. 2015), one for all domains.

    python trainer/research/teachers/ngrams.py runs/teacher/corpus.jsonl runs/teacher/ngrams.jsonl --own imdb-train

Binary n-grams scaled by their log-count ratio, then logistic regression. Reads what `npm run teacher:corpus -w trainer` wrote and writes
`{key, logOdds}` per line: log-odds of positive, out of fold (cut by item) for training reviews, by a model of all training reviews
for validation and unlabelled ones. Validation labels are never fitted; they choose one temperature. The domain named by
`--own` has a model of its own beside the joint one: both are averaged, in log-odds, on its reviews and on the unlabelled.
"""
import argparse
import json

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize_scalar
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.model_selection import GroupKFold

BITS = 25
NEUTRAL = 3

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("out", help="log-odds, one JSON object per line")
args.add_argument("--own", default="", help="a domain with a model of its own; unlabelled reviews belong to it")
args.add_argument("--folds", type=int, default=3)
args.add_argument("--c", type=float, default=0.3)
args.add_argument("--weight-power", type=float, default=0.5, help="a domain of n reviews counts n to the power of 1 - this")
args = args.parse_args()


def mixed(h):
    """The finaliser of MurmurHash3, uint64 [n] -> uint64 [n]."""
    h = h.astype(np.uint64)
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        h ^= h >> np.uint64(33)
        h *= np.uint64(factor)
    return h ^ (h >> np.uint64(33))


def places(ids):
    """Columns of a text's words, bigrams and trigrams, each once: int64 [words] -> int32 [n-grams]."""
    grams = [ids * 1000003 + 7, ids[:-1] * 1000003 + ids[1:] * 998244353 + 11,
             ids[:-2] * 1000003 + ids[1:-1] * 998244353 + ids[2:] * 1000000007 + 13]
    hashes = mixed(np.concatenate(grams[: max(1, min(3, len(ids)))]))
    return np.unique(hashes & np.uint64((1 << BITS) - 1)).astype(np.int32)


rows, columns, vocabulary = [], [], {}
with open(args.corpus, encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        words = row.pop("tokens").split(" ")
        columns.append(places(np.array([vocabulary.setdefault(word, len(vocabulary) + 1) for word in words])))
        rows.append(row)
ends = np.cumsum([0] + [len(c) for c in columns])
features = sp.csr_matrix((np.ones(ends[-1], np.float32), np.concatenate(columns), ends), (len(rows), 1 << BITS))
del columns
role = np.array([row["role"] for row in rows])
domain = np.array([row.get("domain", args.own) for row in rows])
rating = np.array([row.get("rating", 0) for row in rows])
labels = np.array([row.get("label", 0) for row in rows])
item = np.array([f"{row.get('domain')} {row.get('item') or row['key']}" for row in rows])
training, validation = np.flatnonzero(role == "train"), np.flatnonzero(role == "validation")
sizes = {name: np.sum(domain[training] == name) for name in set(domain[training])}


def fit(chosen):
    """An NB-SVM of those rows `chosen` that are not neutral; returns a function from row numbers to log-odds, float64 [rows]."""
    chosen = chosen[rating[chosen] != NEUTRAL]
    x, y = features[chosen], labels[chosen]
    weights = np.array([float(sizes[name]) ** -args.weight_power for name in domain[chosen]])
    weights /= weights.mean()
    p, q = (np.asarray(x.T @ (weights * (y == k)).astype(np.float32)) + 1 for k in (1, 0))
    seen_twice = np.bincount(x.indices, minlength=x.shape[1]) >= 2
    ratio = (np.log((p / p.sum()) / (q / q.sum())) * seen_twice).astype(np.float32)
    model = LogisticRegression(C=args.c, solver="liblinear", dual=True, max_iter=100, tol=2e-2, random_state=0)
    model.fit(x @ sp.diags(ratio), y, sample_weight=weights)
    coefficients = (model.coef_.ravel() * ratio).astype(np.float32)
    return lambda some: features[some] @ coefficients + model.intercept_[0]


def out_of_fold(name, known, others):
    """Log-odds of all rows, float64: out of fold for the rows `known`, by a model of all of them for `others`."""
    log_odds = np.zeros(len(rows))
    for fitted, held_out in GroupKFold(args.folds).split(known, groups=item[known]):
        log_odds[known[held_out]] = fit(known[fitted])(known[held_out])
    log_odds[others] = fit(known)(others)
    report(name, log_odds, others[role[others] == "validation"])
    return log_odds


def report(name, log_odds, chosen):
    """Prints accuracy and AUC of each domain and their means, 3-star reviews left out, and the temperature-free loss."""
    found = []
    for one in sorted(set(domain[chosen])):
        clear = chosen[(domain[chosen] == one) & (rating[chosen] != NEUTRAL)]
        right = np.mean((log_odds[clear] > 0) == labels[clear])
        found.append((right, roc_auc_score(labels[clear], log_odds[clear])))
        print(f"{name}: {one} {len(clear)} {right:.4f} {found[-1][1]:.4f}", flush=True)
    print(f"{name}: mean accuracy {np.mean([a for a, _ in found]):.4f}, AUC {np.mean([b for _, b in found]):.4f}", flush=True)


others = np.flatnonzero(role != "train")
log_odds = out_of_fold("joint", training, others)
if args.own:
    known = training[domain[training] == args.own]
    own = out_of_fold("own", known, others[domain[others] == args.own])
    log_odds[domain == args.own] = (log_odds[domain == args.own] + own[domain == args.own]) / 2
    report("together", log_odds, validation)
clear = validation[rating[validation] != NEUTRAL]
temperature = np.exp(minimize_scalar(lambda t: log_loss(labels[clear], expit(log_odds[clear] / np.exp(t))), (-1, 2)).x)
print(f"temperature {temperature:.2f}", flush=True)
with open(args.out, "w", encoding="utf-8") as lines:
    for row, value in zip(rows, log_odds / temperature, strict=True):
        print(json.dumps({"key": row["key"], "logOdds": round(float(value), 4)}), file=lines)
