"""The document teacher: one vector a review, trained to predict the review's word 1-3-grams by cosine similarity
(DV-ngrams-cosine, Thongtan and Phienthrakul 2019), then logistic regression.

    python trainer/research/teachers/documents.py runs/teacher/corpus.jsonl runs/teacher/documents.jsonl

The vectors are trained on training, validation and unlabelled reviews without any label; the regression is fitted on training
reviews. Writes `{key, logOdds}` a line as ngrams.py does: out of fold (5 folds, cut by item) for training reviews.
"""
import argparse
import time

import numba
import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from reviews import Reviews

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("out", help="log-odds, one JSON object a line")
args.add_argument("--dimensions", type=int, default=160)
args.add_argument("--epochs", type=int, default=12)
args.add_argument("--learning-rate", type=float, default=0.06)
args.add_argument("--scale", type=float, default=6.0, help="of the cosine, alpha in the paper")
args.add_argument("--negative", type=int, default=5, help="random n-grams for each one seen")
args.add_argument("--minimum-count", type=int, default=5)
args.add_argument("--c", type=float, default=1.0)
args.add_argument("--threads", type=int, default=2)
args = args.parse_args()

reviews = Reviews(args.corpus)


@numba.njit(parallel=True, fastmath=True)
def epoch(offsets, grams, order, documents, words, table, rate, scale, negative, seed, threads):
    """One pass of stochastic gradient ascent on log sigmoid(scale * cosine), without locks (Niu et al. 2011).

    documents [reviews, d] and words [n-grams, d] float32 are changed in place; table int32 draws negatives.
    """
    dimensions = documents.shape[1]
    for thread in numba.prange(threads):
        state = np.uint64(seed * 1000003 + thread * 7919 + 1)
        change = np.empty(dimensions, np.float32)
        for at in range(thread, order.shape[0], threads):
            review = order[at]
            d = documents[review]
            for position in range(offsets[review], offsets[review + 1]):
                dd = np.float32(0)
                for k in range(dimensions):
                    dd += d[k] * d[k]
                    change[k] = 0
                for draw in range(negative + 1):
                    if draw == 0:
                        gram = grams[position]
                    else:
                        state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                        gram = table[np.int64(state >> np.uint64(40))]
                        if gram == grams[position]:
                            continue
                    w = words[gram]
                    dw = np.float32(0)
                    ww = np.float32(0)
                    for k in range(dimensions):
                        dw += d[k] * w[k]
                        ww += w[k] * w[k]
                    length = np.sqrt(dd * ww)
                    cosine = dw / length
                    error = np.float32(draw == 0) - np.float32(1) / (np.float32(1) + np.exp(-scale * cosine))
                    step = rate * scale * error
                    a = step / length
                    b = step * cosine / dd
                    c = step * cosine / ww
                    for k in range(dimensions):
                        change[k] += a * w[k] - b * d[k]
                        w[k] += a * d[k] - c * w[k]
                for k in range(dimensions):
                    d[k] += change[k]


def embed():
    """Vectors of the reviews, float32 [reviews, d], rows of length 1."""
    vectorizer = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, 3),
                                 min_df=args.minimum_count, dtype=np.int32)
    counts = vectorizer.fit_transform(reviews.tokens())
    offsets = np.concatenate([[0], np.cumsum(np.asarray(counts.sum(1)).ravel())])
    grams = np.repeat(counts.indices, counts.data).astype(np.int32)
    frequency = np.bincount(grams, minlength=counts.shape[1]).astype(np.float64) ** 0.75
    table = np.searchsorted(np.cumsum(frequency) / frequency.sum(), (np.arange(1 << 24) + 0.5) / (1 << 24)).astype(np.int32)
    random = np.random.default_rng(0)
    documents = random.standard_normal((len(reviews.rows), args.dimensions), np.float32) / np.float32(args.dimensions ** 0.5)
    words = random.standard_normal((counts.shape[1], args.dimensions), np.float32) / np.float32(args.dimensions ** 0.5)
    print(f"{counts.shape[1]} n-grams, {len(grams)} occurrences", flush=True)
    for review in range(len(reviews.rows)):
        random.shuffle(grams[offsets[review] : offsets[review + 1]])
    for i in range(args.epochs):
        began = time.time()
        rate = args.learning_rate * (1 - i / args.epochs)
        epoch(offsets, grams, random.permutation(len(reviews.rows)), documents, words, table, np.float32(rate), np.float32(args.scale),
              args.negative, i, args.threads)
        print(f"epoch {i + 1} of {args.epochs}: {time.time() - began:.0f} s", flush=True)
    return documents / np.linalg.norm(documents, axis=1, keepdims=True)


numba.set_num_threads(args.threads)
vectors = embed()


def predict(fit, predicted):
    model = LogisticRegression(C=args.c * args.dimensions, max_iter=300).fit(vectors[fit], reviews.labels[fit])
    return model.decision_function(vectors[predicted])


reviews.write_log_odds(predict, args.out)
