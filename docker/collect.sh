#!/bin/sh
# collect.sh ROOT PROGRAM FILE... copies a program into ROOT, with every shared library that it or the
# other files load, the user `node` and /tmp, so that an image FROM scratch can run it. Such an image has
# no package manager, npm, Perl or shell. So it is small, needs few updates, and helps no intruder.
set -eu
root=$1
shift
mkdir -p "$root/etc" "$root/home/node"
install -d -m 1777 "$root/tmp"
for table in passwd group; do grep -E '^(root|node):' "/etc/$table" > "$root/etc/$table"; done
cp --dereference --parents "$1" "$root"
for file in "$@"; do
  # For a static program, which has no libraries, ldd fails.
  { ldd "$file" 2>/dev/null || true; } | grep -o '/[^ )]*' | grep -v '^/app/' | while read -r library; do
    cp --dereference --parents "$library" "$root"
  done
done
