#!/bin/sh
# Pin every dependency with hashes, for every Python from 3.11 on. The index that pip uses is not written down.
set -eu
cd "$(dirname "$0")/../requirements"
for name in base dev; do
    ../.venv/bin/uv pip compile --universal --python-version 3.11 --quiet --generate-hashes \
        --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" "$name.in" -o "$name.lock" "$@"
done
