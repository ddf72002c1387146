#!/bin/sh
# Installs the programs, outside Python, that tests talk to. `make test` calls it.
# A new one is a line below: component COMMAND DEBIAN-PACKAGE BREW-PACKAGE
set -eu

component() {
    command -v "$1" >/dev/null 2>&1 && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "components: installing $2"
        { apt-get install -y --no-install-recommends "$2" || { apt-get update && apt-get install -y --no-install-recommends "$2"; }; } && return
    fi
    echo "components: $1 is missing, tests that need it will say so." \
        "Install it: sudo apt-get install $2, or brew install $3." >&2
}

component soffice libreoffice-calc libreoffice
