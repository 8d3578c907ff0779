"""The linear teacher: NB-SVM on word 1-3-grams (Wang and Manning 2012; Mesnil et al. 2015).

    python trainer/research/teachers/ngrams.py runs/teacher/corpus.jsonl runs/teacher/ngrams.jsonl

Binary n-grams scaled by their log-count ratio, then logistic regression. Reads what `npm run teacher:corpus` wrote and writes
`{key, logOdds}` a line: log-odds of positive, out of fold (5 folds, cut by item) for training reviews, by one
model of all training reviews for validation and unlabelled ones. Validation labels are never fitted.
"""
import argparse

import numpy as np
import scipy.sparse as sp
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from reviews import Reviews

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("out", help="log-odds, one JSON object a line")
args.add_argument("--c", type=float, default=0.3)
args = args.parse_args()

reviews = Reviews(args.corpus)


class Ngrams:
    """One NB-SVM. Fitted on rows of `features` int8 [reviews, n-grams]; predicts log-odds float64 [reviews]."""

    def fit(self, features, y):
        p, q = (np.asarray(features[y == k].sum(0)).ravel() + 1 for k in (1, 0))
        self.ratio = sp.diags(np.log((p / p.sum()) / (q / q.sum()))).astype(np.float32)
        self.model = LogisticRegression(C=args.c, solver="liblinear", dual=True, max_iter=200, tol=1e-2, random_state=0)
        self.model.fit(features @ self.ratio, y)
        return self

    def predict(self, features):
        return self.model.decision_function(features @ self.ratio)


vectorizer = CountVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, ngram_range=(1, 3), binary=True,
                             min_df=2, dtype=np.float32)
vectorizer.fit(reviews.tokens(reviews.training))
features = vectorizer.transform(reviews.tokens())


def predict(fit, predicted):
    return Ngrams().fit(features[fit], reviews.labels[fit]).predict(features[predicted])


reviews.write_log_odds(predict, args.out)
