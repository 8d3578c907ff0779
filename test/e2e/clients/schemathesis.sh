#!/usr/bin/env bash
# Runs all checks of Schemathesis on the real sentiment service, in about 90 s:
#   test/e2e/clients/schemathesis.sh VENV
# VENV is a Python environment with schemathesis. The exit code is not 0 if a check fails.
set -Eeuo pipefail
venv=$(realpath "$1")
cd "$(dirname "$0")/../../.."
port=${PORT:-18471}
log=$(mktemp)
PORT=$port LOG_LEVEL=warn node --import ./typescript.mjs services/sentiment/src/main.ts serve >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
for _ in $(seq 120); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.25; done

MODEL_VERSION=$(node -p "require('./models/reviews-bilstm/manifest.json').version")
export MODEL_VERSION PYTHONPATH=test/e2e/clients SCHEMATHESIS_HOOKS=schemathesis_hooks
"$venv/bin/schemathesis" --no-color --config-file test/e2e/clients/schemathesis.toml run openapi.yaml \
  --url "http://127.0.0.1:$port" --checks all --phases examples,coverage,fuzzing \
  --max-examples 40 --max-time "${MAX_TIME:-75}" --seed "${SEED:-1}"

# The service logs refusals at level `info`, so a line here is an internal error.
if [ -s "$log" ]; then
  cat "$log" >&2
  exit 1
fi
