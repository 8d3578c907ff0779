#!/usr/bin/env bash
# reachable.sh NAME URL: whether URL answers, as the step output `reachable`. If it does not, the job
# says SKIPPED with the reason: a registry that is away says nothing about this repository.
set -euo pipefail
name=$1 url=$2
reachable=true
if ! reason=$(curl --fail --silent --show-error --location --max-time 20 --retry 2 --output /dev/null "$url" 2>&1); then
  reachable=false
  line="SKIPPED $name: $url: ${reason##*$'\n'}"
  echo "::warning title=$name::$line"
  echo "$line" >>"${GITHUB_STEP_SUMMARY:-/dev/null}"
fi
echo "reachable=$reachable" >>"${GITHUB_OUTPUT:-/dev/stdout}"
