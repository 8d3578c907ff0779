#!/usr/bin/env bash
# Makes the published model from the corpora, stage by stage (README.md beside this file). What is there already is kept:
# delete runs/teacher, runs/reviews-first or runs/reviews-bilstm to make it again.
#
#   bash trainer/research/teachers/make.sh UNLABELLED CORPUS... -- TWO_CLASS_DOMAIN...
#
# With START=models/reviews-bilstm, training starts from a published model. Without it, reviews-first is trained first.
set -Eeuo pipefail
cd "$(dirname "$0")/../../.."
unlabelled=$1
shift
corpora=()
while [ $# -gt 0 ] && [ "$1" != "--" ]; do
  corpora+=("$1")
  shift
done
[ $# -gt 0 ] && shift
two_class=("$@")
python=${PYTHON:-.venv/bin/python}
made=runs/teacher
given=(--corpus "${corpora[@]}" --unlabelled "$unlabelled")
[ ${#two_class[@]} -gt 0 ] && given+=(--two-class "${two_class[@]}")

[ -e "$made/corpus.jsonl" ] || npm run -s teacher:corpus -w trainer -- "${given[@]}" --out "$made"
if [ ! -e "$made/ngrams.jsonl" ]; then
  "$python" trainer/research/teachers/ngrams.py "$made/corpus.jsonl" "$made/ngrams.jsonl.new" --own imdb-train
  mv "$made/ngrams.jsonl.new" "$made/ngrams.jsonl"
fi
for fold in 0 1 2; do
  [ -e "$made/network-$fold.jsonl" ] ||
    "$python" trainer/research/teachers/networks.py "$made/corpus.jsonl" "$made/network-$fold.jsonl" --fold "$fold" --two-class "${two_class[@]}"
done
if [ ! -e "$made/labels.jsonl" ]; then
  "$python" trainer/research/teachers/stack.py "$made/corpus.jsonl" "$made/ngrams.jsonl" "$made"/network-?.jsonl \
    --own imdb-train --out "$made/labels.jsonl.new"
  mv "$made/labels.jsonl.new" "$made/labels.jsonl"
fi
start=${START:-runs/reviews-first}

network() { # preset, run, more options: trains unless its model is there, and goes on where a stop left it
  local preset=$1 run=$2
  shift 2
  [ -e "$run/model/manifest.json" ] && return
  local resume=()
  [ -e "$run/checkpoint.bin" ] && resume=(--resume)
  npm run -s train -- --preset "$preset" --run "$run" "${given[@]}" --teacher "$made" --no-test "$@" "${resume[@]}"
}
[ -n "${START:-}" ] || network reviews-first runs/reviews-first
vocabulary=${START:-runs/reviews-first/model}/vocab.json
if [ ! -e "$made/linear-term.f32" ]; then
  "$python" trainer/research/teachers/linear_term.py "$made/corpus.jsonl" "$vocabulary" "$made/linear-term.f32.new" \
    --networks "$made"/network-?.jsonl
  mv "$made/linear-term.f32.new" "$made/linear-term.f32"
fi
network reviews-bilstm runs/reviews-bilstm --start-from "$start" --name reviews-bilstm \
  --sources trainer/research/teachers/sources.md
