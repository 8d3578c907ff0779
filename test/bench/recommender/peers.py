"""Recommenders of others, for test/bench/recommender: JSON on standard input, rankings as JSON on standard output.

ALS (Hu, Koren and Volinsky 2008) and cosine item kNN are those of `implicit`; EASE (Steck 2019) is the closed
form in numpy. Every item that the user has not reviewed is ranked.
"""

import json
import sys

import numpy as np
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from scipy.sparse import csr_matrix

EASE_L2 = 200.0
ALS = dict(factors=64, regularization=0.05, iterations=15, random_state=1, num_threads=1)

given = json.load(sys.stdin)
users, items = np.array(given["users"]), np.array(given["items"])
shape = (int(users.max()) + 1, given["itemCount"])
# A text without a score counts as an interaction of average liking.
scores = np.array([0.5 if score is None else score for score in given["scores"]])
weights = np.array(given["weights"])
asked = np.array(given["asked"])
seen = csr_matrix((np.ones(len(users), dtype=np.float32), (users, items)), shape)
liked = csr_matrix((scores.astype(np.float32), (users, items)), shape)


def als(matrix):
    model = AlternatingLeastSquares(**ALS)
    model.fit(matrix, show_progress=False)
    return model.user_factors[asked] @ model.item_factors.T


def cosine():
    model = CosineRecommender(K=200, num_threads=1)
    model.fit(seen, show_progress=False)
    return (seen[asked] @ model.similarity).toarray()


def ease():
    gram = (seen.T @ seen).toarray().astype(np.float64)
    np.fill_diagonal(gram, gram.diagonal() + EASE_L2)
    inverse = np.linalg.inv(gram)
    factors = inverse / -np.diag(inverse)
    np.fill_diagonal(factors, 0)
    return seen[asked] @ factors


def rankings(values):
    own = seen[asked].toarray() > 0
    order = np.argsort(-np.where(own, -np.inf, values), axis=1, kind="stable")
    return [row[: len(row) - int(mine.sum())].tolist() for row, mine in zip(order, own)]


ease_values, cosine_values = ease(), cosine()
print(
    json.dumps(
        {
            "implicit ALS on interactions": rankings(als(seen)),
            "implicit ALS on our score": rankings(als(liked)),
            "implicit cosine": rankings(cosine_values),
            "implicit cosine x our score": rankings(cosine_values * weights),
            "EASE": rankings(ease_values),
            "EASE x our score": rankings((ease_values - ease_values.min()) * weights),
        }
    )
)
