"""What the linear teachers share: the reviews of `npm run teacher:corpus`, and log-odds out of fold."""
import json

import numpy as np
from sklearn.model_selection import GroupKFold


class Reviews:
    """rows as they were written; role and labels (-1: none) [reviews]; training: the rows of the training reviews."""

    def __init__(self, corpus):
        with open(corpus, encoding="utf-8") as lines:
            self.rows = [json.loads(line) for line in lines]
        self.role = np.array([row["role"] for row in self.rows])
        self.labels = np.array([row.get("label", -1) for row in self.rows])
        self.training = np.flatnonzero(self.role == "train")

    def tokens(self, chosen=slice(None)):
        return (self.rows[i]["tokens"] for i in np.arange(len(self.rows))[chosen])

    def write_log_odds(self, predict, out):
        """Writes `{key, logOdds}` a line: out of fold (5 folds, cut by item) for training reviews, by all of them for the others.

        predict(fit, predicted): fits the training rows `fit`, gives log-odds of positive of the rows `predicted`; all int [n].
        """
        log_odds = np.zeros(len(self.rows))
        groups = [self.rows[i].get("item", i) for i in self.training]
        for fit, held_out in GroupKFold(5).split(self.training, groups=groups):
            log_odds[self.training[held_out]] = predict(self.training[fit], self.training[held_out])
        others = np.flatnonzero(self.role != "train")
        log_odds[others] = predict(self.training, others)
        for name in ("train", "validation"):
            chosen = self.role == name
            print(f"{name}: accuracy {((log_odds > 0) == self.labels)[chosen].mean():.4f}")
        with open(out, "w", encoding="utf-8") as lines:
            for row, value in zip(self.rows, log_odds, strict=True):
                print(json.dumps({"key": row["key"], "logOdds": round(float(value), 4)}), file=lines)
