"""The second teacher: BiLSTMs that were each trained without one fold of the training reviews.

    python trainer/research/teachers/networks.py runs/teacher/corpus.jsonl runs/teacher/network-0.jsonl --fold 0

A network of the published one's form (recurrent units beside a linear n-gram term, one latent value with ordered thresholds), but
wider, on GloVe's whole vectors and with larger n-gram tables. Writes `{key, logOdds}` per line: the log-odds of more than 3 stars for
the training reviews of the fold (cut by item), and for all validation and unlabelled reviews and all written short sentences, which
it is not trained on.
"""
import argparse
import collections
import json
import math
import os
import time

import numpy as np
import torch
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from torch import nn

CHUNK = 64
HALF = 120
NEUTRAL = 3
DIMENSIONS = 100
BITS = 22
CACHE = os.environ.get("UNDERTONE_CACHE", os.path.expanduser("~/.cache/undertone"))

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("out", help="log-odds, one JSON object per line")
args.add_argument("--fold", type=int, required=True, help="the fold that is left out")
args.add_argument("--folds", type=int, default=3)
args.add_argument("--units", type=int, default=96)
args.add_argument("--epochs", type=int, default=3)
args.add_argument("--two-class", nargs="*", default=[], help="domains whose ratings only mean negative and positive")
args.add_argument("--weight-power", type=float, default=0.35, help="a domain of n reviews counts n to the power of 1 - this")
args = args.parse_args()
torch.set_num_threads(1)
torch.manual_seed(args.fold)
random = np.random.default_rng(args.fold)

rows, texts, counts = [], [], collections.Counter()
with open(args.corpus, encoding="utf-8") as lines:
    for line in lines:
        row = json.loads(line)
        words = row.pop("tokens").split(" ")
        if len(words) > 2 * HALF:
            words = words[:HALF] + words[-HALF:]
        if row["role"] not in ("validation", "written"):
            counts.update(words)
        rows.append(row)
        texts.append(words)
place_of = {word: place for place, (word, n) in enumerate(counts.most_common(60000), 2) if n >= 4}
texts = [np.array([place_of.get(word, 1) for word in words], np.int64) for words in texts]
lengths = np.array([len(ids) for ids in texts])
table = random.normal(0, 0.3, (len(place_of) + 2, DIMENSIONS)).astype(np.float32)
table[0] = 0
vectors = np.fromfile(os.path.join(CACHE, "glove-6b-100d.f32"), np.float32).reshape(-1, DIMENSIONS)
with open(os.path.join(CACHE, "glove-6b-100d.words.txt"), encoding="utf-8") as names:
    for vector, name in zip(vectors, names.read().split("\n")):
        if name in place_of:
            table[place_of[name]] = vector
del vectors

role = np.array([row["role"] for row in rows])
domain = np.array([row.get("domain", row["role"]) for row in rows])
rating = np.array([row.get("rating", 0) for row in rows])
positive = np.array([row.get("positive", row.get("label", 0)) for row in rows], np.float32)
rated = np.flatnonzero(role == "train")
item = np.array([f"{rows[i].get('domain')} {rows[i].get('item') or rows[i]['key']}" for i in rated])
fitted, held_out = list(GroupKFold(args.folds).split(rated, groups=item))[args.fold]
training = np.concatenate([rated[fitted], np.flatnonzero(role == "generated")])
validation = np.flatnonzero(role == "validation")
wanted = np.concatenate([rated[held_out], validation, np.flatnonzero((role == "unlabelled") | (role == "written"))])

sizes = collections.Counter(domain[training])
weight_of = np.array([sizes[name] ** -args.weight_power if name in sizes else 0 for name in domain], np.float32)
weight_of /= weight_of[training].mean()
targets = np.stack([rating > 1, rating > 2, positive, rating > 4], 1).astype(np.float32)
stars = (role == "train") & ~np.isin(domain, args.two_class)
weights = np.stack([stars / 3, stars / 3, rating != NEUTRAL, stars / 3], 1).astype(np.float32) * weight_of[:, None]


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.from_numpy(table), freeze=False, sparse=True, padding_idx=0)
        self.forwards, self.backwards = (nn.LSTM(DIMENSIONS, args.units, batch_first=True) for _ in range(2))
        self.linear = nn.EmbeddingBag(len(table) + 2 * (1 << BITS), 1, mode="sum", sparse=True)
        nn.init.zeros_(self.linear.weight)
        self.head = nn.Linear(4 * args.units, 1)
        self.thresholds = nn.Parameter(torch.tensor([-1.0, -0.5, 0.0, 0.8]))

    def forward(self, some):
        ids = [texts[i] for i in some]
        lengths = np.array([len(one) for one in ids])
        chunks = -(-lengths // CHUNK)
        width = min(CHUNK, lengths.max())
        padded = np.zeros((chunks.sum(), width), np.int64)
        first = np.concatenate([[0], np.cumsum(chunks)[:-1]])
        for row, one in zip(first, ids):
            for start in range(0, len(one), CHUNK):
                part = one[start:start + CHUNK]
                padded[row + start // CHUNK, :len(part)] = part
        if self.training:
            padded[(random.random(padded.shape) < 0.1) & (padded > 0)] = 1
        padded = torch.from_numpy(padded)
        mask = padded > 0
        vectors = nn.functional.dropout(self.table(padded), 0.3, self.training)
        # Each chunk reversed within its own length: a packed sequence would not use the fast LSTM of oneDNN.
        place = torch.arange(width)
        reverse = torch.where(mask, mask.sum(1, keepdim=True) - 1 - place, place)[..., None]
        turned = lambda values: values.gather(1, reverse.expand_as(values))
        states = torch.cat([self.forwards(vectors)[0], turned(self.backwards(turned(vectors))[0])], 2)
        text = torch.from_numpy(np.repeat(np.arange(len(ids)), chunks))
        sums = torch.zeros(len(ids), states.shape[2]).index_add(0, text, (states * mask[..., None]).sum(1))
        top = states.masked_fill(~mask[..., None], -1e4).amax(1)
        top = torch.full((len(ids), top.shape[1]), -1e4).scatter_reduce(0, text[:, None].expand_as(top), top, "amax")
        pooled = torch.cat([sums / torch.from_numpy(lengths)[:, None], top], 1)
        latent = self.head(nn.functional.dropout(pooled, 0.5, self.training))[:, 0]
        return latent + self.ngrams(ids, lengths)

    def ngrams(self, ids, lengths):
        grams, offsets, total = [], [], 0
        for one in ids:
            two = len(table) + ((one[:-1] * 1000003 + one[1:] * 31) & ((1 << BITS) - 1))
            three = len(table) + (1 << BITS) + ((one[:-2] * 1000003 + one[1:-1] * 15485863 + one[2:] * 32452843) & ((1 << BITS) - 1))
            grams += [one, two, three]
            offsets.append(total)
            total += len(one) + len(two) + len(three)
        values = self.linear(torch.from_numpy(np.concatenate(grams)), torch.tensor(offsets))[:, 0]
        values = values * torch.from_numpy(3 / np.sqrt(lengths)).float()
        return values * (torch.rand(len(ids)) >= 0.1) if self.training else values


def batches(some, tokens):
    """Rows in batches of like length, in random order: at most `tokens` words and 256 texts each."""
    some = some[np.argsort(lengths[some] + random.random(len(some)) * 4, kind="stable")]
    found, batch = [], []
    for i in some:
        if batch and ((len(batch) + 1) * max(lengths[i], 8) > tokens or len(batch) == 256):
            found.append(np.array(batch))
            batch = []
        batch.append(i)
    found.append(np.array(batch))
    random.shuffle(found)
    return found


def answers(some):
    """The log-odds of the rows `some`, float32 [rows]."""
    network.eval()
    values = np.zeros(len(rows), np.float32)
    with torch.no_grad():
        for batch in batches(some, 24000):
            values[batch] = (network(batch) - network.thresholds[2]).numpy()
    return values[some]


def report(epoch):
    log_odds, found = answers(validation), []
    for name in sorted(set(domain[validation])):
        clear = (domain[validation] == name) & (rating[validation] != NEUTRAL)
        truth = positive[validation][clear]
        found.append((np.mean((log_odds[clear] > 0) == truth), roc_auc_score(truth, log_odds[clear])))
    print(f"fold {args.fold}, epoch {epoch}: mean accuracy {np.mean([a for a, _ in found]):.4f}, "
          f"AUC {np.mean([b for _, b in found]):.4f}, {time.time() - began:.0f} s", flush=True)


network = Network()
sparse = [network.table.weight, network.linear.weight]
dense = [p for p in network.parameters() if all(p is not one for one in sparse)]
dense_step = torch.optim.AdamW(dense, lr=3e-3, weight_decay=0.01)
sparse_step = torch.optim.SparseAdam(sparse, lr=1e-3)
planned = args.epochs * len(batches(training, 12000))
done, began = 0, time.time()
print(f"{len(training)} texts, {planned} steps", flush=True)
for epoch in range(1, args.epochs + 1):
    for batch in batches(training, 12000):
        network.train()
        share = min(1, done / planned)
        rate = share / 0.3 if share < 0.3 else 0.5 * (1 + math.cos(math.pi * (share - 0.3) / 0.7))
        dense_step.param_groups[0]["lr"] = 3e-3 * max(rate, 0.02)
        sparse_step.param_groups[0]["lr"] = 1e-3 * max(min(1, 2 * rate), 0.05)
        latent = network(batch)
        logits = latent[:, None] - network.thresholds
        losses = nn.functional.binary_cross_entropy_with_logits(logits, torch.from_numpy(targets[batch]), reduction="none")
        loss = (losses * torch.from_numpy(weights[batch])).sum() / len(batch)
        dense_step.zero_grad()
        sparse_step.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(dense, 1.0)
        dense_step.step()
        sparse_step.step()
        done += 1
        if done % 200 == 0:
            print(f"step {done} of {planned}, loss {loss.item():.3f}, {time.time() - began:.0f} s", flush=True)
    report(epoch)
with open(args.out + ".new", "w", encoding="utf-8") as lines:
    for i, value in zip(wanted, answers(wanted), strict=True):
        print(json.dumps({"key": rows[i]["key"], "logOdds": round(float(value), 4)}), file=lines)
os.replace(args.out + ".new", args.out)
