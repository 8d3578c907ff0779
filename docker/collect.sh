#!/bin/sh
# collect.sh ROOT PROGRAM FILE...: copies a program into ROOT, and every shared library of the system that it or the
# other files load, so that an image FROM scratch runs it. What is not there (a package manager, npm, Perl, mostly a
# shell too) takes no room, needs no update and serves no intruder.
set -eu
root=$1
shift
cp --dereference --parents "$1" "$root"
for file in "$@"; do
  # A static program has no libraries: ldd then fails, which is no fault here.
  { ldd "$file" 2>/dev/null || true; } | grep -o '/[^ )]*' | grep -v '^/app/' | while read -r library; do
    cp --dereference --parents "$library" "$root"
  done
done
