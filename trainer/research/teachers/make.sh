#!/usr/bin/env bash
# Makes the published model from the corpus, stage by stage (README.md beside this file). What is there already is kept:
# delete runs/teacher, runs/teacher-network, runs/student, runs/second-student or runs/default to make it again.
set -Eeuo pipefail
cd "$(dirname "$0")/../.."
corpus=$1 unlabelled=$2 test=${3:-}
python=${PYTHON:-.venv/bin/python}
made=runs/teacher
given=(--corpus "$corpus" --unlabelled "$unlabelled")
mkdir -p "$made"

python_stage() { # program, file: the file appears when it is whole
  [ -e "$made/$2" ] && return
  "$python" "trainer/research/teachers/$1" "$made/corpus.jsonl" "$made/$2.new"
  mv "$made/$2.new" "$made/$2"
}

network() { # preset, run, more options: trains unless its model is there, and goes on where a stop left it
  local preset=$1 run=$2
  shift 2
  [ -e "$run/model/manifest.json" ] && return
  local resume=()
  [ -e "$run/checkpoint.bin" ] && resume=(--resume)
  npm run -s train -- --preset "$preset" --run "$run" "${given[@]}" --teacher "$made" "$@" "${resume[@]}"
}

labels() { # file, networks: makes labels.jsonl unless it was made for this stage
  local stage=$1
  shift
  [ -e "$made/$stage" ] && return
  npm run -s teacher:labels -- "${given[@]}" --teacher "$made" --model "$@"
  touch "$made/$stage"
}

[ -e "$made/corpus.jsonl" ] || npm run -s teacher:corpus -- "${given[@]}" --out "$made"
python_stage vectors.py vectors.txt
python_stage ngrams.py ngrams.jsonl
python_stage documents.py documents.jsonl
network teacher runs/teacher-network --no-test
labels labelled-once runs/teacher-network/model
network student runs/student --no-test
labels labelled-twice runs/teacher-network/model runs/student/model
network second-student runs/second-student --start-from runs/student --no-test
labels labelled-thrice runs/teacher-network/model runs/student/model runs/second-student/model
# Without a test corpus none is held: cut from this one, it would hold reviews that the student was trained on.
if [ "$test" ]; then held=(--test "$test"); else held=(--no-test); fi
network default runs/default --start-from runs/second-student "${held[@]}" --name imdb-bilstm
