"""Trains in-domain word vectors on the training and unlabelled reviews.

The method is skip-gram with negative sampling (Mikolov et al. 2013).

    pip install -r trainer/research/teachers/requirements.txt
    python trainer/research/teachers/vectors.py runs/teacher/corpus.jsonl runs/teacher/vectors.txt

It reads the output of `npm run teacher:corpus -w trainer` and writes GloVe's text format, which
`npm run train -- --teacher DIR` reads from DIR/vectors.txt for presets with `embeddings.domain`.
"""
import argparse
import json
import logging

from gensim.models import Word2Vec

args = argparse.ArgumentParser(description=__doc__.splitlines()[0])
args.add_argument("corpus", help="corpus.jsonl of npm run teacher:corpus")
args.add_argument("out", help="vectors in GloVe's text format")
args.add_argument("--dimensions", type=int, default=100)
args.add_argument("--window", type=int, default=8)
args.add_argument("--epochs", type=int, default=8)
args.add_argument("--minimum-count", type=int, default=5)
args.add_argument("--workers", type=int, default=2)
args.add_argument("--seed", type=int, default=0)
args = args.parse_args()
logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)


class Reviews:
    """The token lists, read again for each epoch. Validation reviews are left out."""

    def __iter__(self):
        with open(args.corpus, encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["role"] != "validation":
                    yield row["tokens"].split(" ")


model = Word2Vec(Reviews(), sg=1, negative=5, vector_size=args.dimensions, window=args.window, epochs=args.epochs,
                 min_count=args.minimum_count, workers=args.workers, seed=args.seed)
with open(args.out, "w", encoding="utf-8") as out:
    for word in model.wv.index_to_key:
        print(word, *(f"{value:.5f}" for value in model.wv[word]), file=out)
print(f"{len(model.wv)} words are in {args.out}")
