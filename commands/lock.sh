#!/bin/sh
# Writes the lock files: every package of every platform with its hashes, and no index. uv lives in a folder of its own.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/python" -m pip install --quiet --disable-pip-version-check uv
write() {
    lock=$1
    shift
    echo "Resolving $lock …"
    "$tools/bin/uv" pip compile --no-config --quiet --generate-hashes --universal --python-version 3.11 \
        --only-binary :all: --no-header --no-annotate "$@" pyproject.toml --output-file "$lock" >/dev/null
}
write requirements.lock --extra embedded
grep == requirements.lock | sed "s, .*,," >"$tools/pins"
write requirements-dev.lock --extra embedded --extra telemetry --extra dev --constraint "$tools/pins"
