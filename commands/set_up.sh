#!/bin/sh
# Makes the virtual environment, or refreshes it when its lock file has changed: set_up.sh runtime|dev
set -eu
cd "$(dirname "$0")/.."
root=$(pwd -P)
kind=${1:-runtime}

stamp_of() { # the lock, and the places that the environment has written into itself
    { cat "$1"; echo "$root"; } | cksum
}

fits() {
    [ -x .venv/bin/aftercare ] && [ "$(cat ".venv/lock-$1" 2>/dev/null)" = "$(stamp_of "$2")" ] &&
        .venv/bin/python -c '' 2>/dev/null
}

if fits dev requirements-dev.lock; then exit 0; fi
if [ "$kind" = runtime ] && fits runtime requirements.lock; then exit 0; fi

python=
for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "Aftercare needs Python 3.11 or newer as python3, or named by PYTHON=/path/to/python." >&2
    exit 1
fi

if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "Making the virtual environment .venv with $("$python" --version) …"
    if ! "$python" -m venv .venv; then
        echo "Python cannot make virtual environments here: install its venv module (Debian: apt install python3-venv)." >&2
        exit 1
    fi
fi

lock=requirements.lock
[ "$kind" = runtime ] || lock=requirements-dev.lock
echo "Installing the $(grep -c == "$lock") packages of $lock into .venv, each checked by its hash; once, up to a minute …"
.venv/bin/python -m pip install -qq --disable-pip-version-check --no-input --require-hashes --no-deps \
    --only-binary :all: -r "$lock"

# The project is used from its source tree: a path for imports, and a command that needs no build.
site=$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo "$root" >"$site/aftercare.pth"
cat >.venv/bin/aftercare <<'EOF'
#!/bin/sh
exec "$(dirname "$0")/python" -m commands "$@"
EOF
chmod +x .venv/bin/aftercare
stamp_of "$lock" >".venv/lock-$kind"
