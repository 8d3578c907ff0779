"""Joins the teachers' answers into soft labels (stacking, Wolpert 1992).

    python trainer/research/teachers/stack.py runs/teacher/corpus.jsonl runs/teacher/ngrams.jsonl runs/teacher/network-*.jsonl \\
        --own imdb-train --out runs/teacher/labels.jsonl

A logistic regression on the log-odds of the n-gram teacher and of the networks, with a constant and slopes for each domain that are
drawn towards those of all domains. It is fitted to training reviews, whose log-odds are out of fold; validation labels are only
reported on. Where several networks answer (validation and unlabelled reviews), their log-odds are averaged. Writes
`{key, positive}` per line, P(positive). Unlabelled reviews belong to the domain named by `--own`.
"""
import argparse
import json

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

NEUTRAL = 3

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("ngrams", help="log-odds of ngrams.py")
args.add_argument("networks", nargs="+", help="log-odds of networks.py, one file per fold")
args.add_argument("--own", required=True, help="the domain of the unlabelled reviews")
args.add_argument("--out", required=True, help="the labels, one JSON object per line")
args.add_argument("--c", type=float, default=0.03, help="how far the domains may differ")
args.add_argument("--weight-power", type=float, default=0.5, help="a domain of n reviews counts n to the power of 1 - this")
args = args.parse_args()


def answers(file):
    with open(file, encoding="utf-8") as lines:
        return {row["key"]: row["logOdds"] for row in map(json.loads, lines)}


rows = []
with open(args.corpus, encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        del row["tokens"]
        if row["role"] != "generated":
            rows.append(row)
role = np.array([row["role"] for row in rows])
domain = np.array([row.get("domain", args.own) for row in rows])
rating = np.array([row.get("rating", 0) for row in rows])
labels = np.array([row.get("label", 0) for row in rows])
ngrams = answers(args.ngrams)
linear = np.array([ngrams[row["key"]] for row in rows])
networks = [answers(file) for file in args.networks]
recurrent = np.array([np.mean([one[row["key"]] for one in networks if row["key"] in one] or [np.nan]) for row in rows])
known = ~np.isnan(recurrent)

names = sorted(set(domain))
own = (domain[:, None] == names).astype(np.float64)
fitted = (role == "train") & (rating != NEUTRAL)
sizes = {name: np.sum(domain[fitted] == name) for name in names}
weights = np.array([float(sizes[name]) ** -args.weight_power for name in domain])


def joined(teachers, training):
    """The log-odds of all rows by a model of the rows `training`, float64 [rows]; `teachers` is float64 [rows, teachers]."""
    shared = 10 * teachers  # all domains' slopes are hardly drawn to zero
    features = np.concatenate([shared, own, *(own * one[:, None] for one in teachers.T)], 1)
    model = LogisticRegression(C=args.c, max_iter=2000)
    model.fit(features[training], labels[training], weights[training] / weights[training].mean())
    return model.decision_function(features)


# A review whose fold has no network is labelled by the n-gram teacher alone.
both = joined(np.stack([linear, np.where(known, recurrent, 0)], 1), fitted & known)
stacked = np.where(known, both, joined(linear[:, None], fitted))


def report(name, log_odds, some):
    found = []
    for one in names:
        clear = some & (domain == one) & (rating != NEUTRAL)
        found.append((np.mean((log_odds[clear] > 0) == labels[clear]), roc_auc_score(labels[clear], log_odds[clear])))
        if one == args.own:
            print(f"{name}, {one}: {found[-1][0]:.4f} {found[-1][1]:.4f}")
    print(f"{name}: mean accuracy {np.mean([a for a, _ in found]):.4f}, AUC {np.mean([b for _, b in found]):.4f}")


for which in ("validation", "train"):
    report(f"{which}: n-grams", linear, role == which)
    report(f"{which}: networks", recurrent, (role == which) & known)
    report(f"{which}: sum of both", linear + recurrent, (role == which) & known)
    report(f"{which}: stacked", stacked, role == which)
with open(args.out, "w", encoding="utf-8") as lines:
    for row, value in zip(rows, expit(stacked), strict=True):
        print(json.dumps({"key": row["key"], "positive": round(float(value), 5)}), file=lines)
