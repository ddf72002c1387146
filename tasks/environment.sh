#!/bin/sh
# Makes .venv ready:  sh tasks/environment.sh run|all
#   run   what the package itself needs (requirements.lock)
#   all   that, and what tests, checks and benchmarks need (requirements-dev.lock)
# Does nothing when the locks, pyproject.toml and the place of the folder are as last time.
# PYTHON=/path/to/python chooses the interpreter of a new .venv.
set -eu
cd "$(dirname "$0")/.."

kind=${1:-all}
case $kind in
    run) lock=requirements.lock ;;
    all) lock=requirements-dev.lock ;;
    *) echo "environment: unknown kind '$kind' (run or all)" >&2; exit 2 ;;
esac

say() { printf '%s\n' "environment: $*"; }
stop() { printf '%s\n' "environment: $*" >&2; exit 1; }

# A virtual environment cannot be moved, so its place is part of what it was made for.
made_for() {
    pwd
    cksum requirements.lock requirements-dev.lock pyproject.toml tasks/environment.sh
}

is_ready() { # is_ready KIND
    [ -x .venv/bin/siliconomics ] && [ -f ".venv/ready-for-$1" ] &&
        [ "$(made_for)" = "$(cat ".venv/ready-for-$1")" ]
}

supported='import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'
version_of() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null || echo "not found"; }

# The first supported interpreter that can make environments by itself, else the first supported.
find_python() {
    candidates="python3.13 python3.12 python3.11 python3"
    [ -z "${PYTHON:-}" ] || candidates=$PYTHON
    for needs in 'import venv, ensurepip' ''; do
        for candidate in $candidates; do
            if "$candidate" -c "$supported" 2>/dev/null && "$candidate" -c "$needs" 2>/dev/null; then
                echo "$candidate"
                return
            fi
        done
    done
}

make_venv() {
    python=$(find_python)
    if [ -z "$python" ]; then
        stop "no Python 3.11, 3.12 or 3.13 found (${PYTHON:-python3}: $(version_of "${PYTHON:-python3}"))." \
            "Install one (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13)" \
            "or name one: make PYTHON=/path/to/python3.13 ..."
    fi
    say "creating .venv with $python ($(version_of "$python"))"
    rm -rf .venv
    if "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        "$python" -m venv .venv
    else
        make_venv_without_ensurepip
    fi
}

# Debian keeps ensurepip in a package of its own.
make_venv_without_ensurepip() {
    say "Python's venv module is incomplete here (on Debian it is the package python3-venv)."
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        say "installing python3-venv with apt-get"
        export DEBIAN_FRONTEND=noninteractive
        { apt-get install -y python3-venv || { apt-get update && apt-get install -y python3-venv; }; } || true
        if "$python" -c 'import ensurepip' 2>/dev/null; then
            "$python" -m venv .venv
            return
        fi
    fi
    say "trying virtualenv instead"
    if "$python" -m virtualenv --version >/dev/null 2>&1; then
        "$python" -m virtualenv --quiet .venv
        return
    fi
    aside=$(mktemp -d)
    trap 'rm -rf "$aside"' EXIT
    if "$python" -m pip --version >/dev/null 2>&1 &&
        "$python" -m pip install --quiet --disable-pip-version-check --target "$aside" virtualenv &&
        PYTHONPATH=$aside "$python" -m virtualenv --quiet .venv; then
        return
    fi
    stop "could not create .venv. Run 'sudo apt-get install -y python3-venv' and then make again."
}

install() { # install WHAT ARGUMENT...
    what=$1
    shift
    say "installing $what"
    .venv/bin/python -m pip install --disable-pip-version-check "$@" ||
        stop "could not install $what: pip says why above (often there is no way to the package index). Then run make again."
}

if is_ready "$kind" || { [ "$kind" = run ] && is_ready all; }; then
    exit 0
fi
rm -f .venv/ready-for-*

if ! { .venv/bin/python -c "$supported" && .venv/bin/python -m pip --version; } >/dev/null 2>&1 ||
    [ "$(cat .venv/made-in 2>/dev/null)" != "$(pwd)" ]; then
    make_venv
    pwd >.venv/made-in
fi
install "pinned packages from $lock" -r "$lock" -c requirements-dev.lock hatchling editables
install "siliconomics itself, editable" --no-deps --no-build-isolation --editable .
made_for >".venv/ready-for-$kind"
say "ready: .venv/bin/siliconomics"
