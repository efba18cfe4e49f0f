#!/usr/bin/env bash
# Install the Debian packages that are missing.
#   install-system.sh venv PYTHON   what `PYTHON -m venv` needs
#   install-system.sh tests         PostgreSQL, Chromium, the PDF tools and clamd of the test suite
# As root it installs; otherwise it prints the command and stops, so that no test is skipped in silence.
set -euo pipefail

missing=()

need_for_venv() {
    if ! command -v "$1" >/dev/null; then
        missing+=(python3 python3-venv)
    elif ! "$1" -c 'import ensurepip, venv' 2>/dev/null; then
        missing+=(python3-venv)
    elif ! "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "Cumple needs Python 3.11 or newer; $1 is $("$1" --version). Try: make setup PYTHON=python3.12" >&2
        exit 1
    fi
}

need_for_tests() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    command -v chromium >/dev/null || missing+=(chromium)
    command -v pdftotext >/dev/null || missing+=(poppler-utils)
    [ -x /usr/sbin/clamd ] || missing+=(clamav-daemon)
}

case "${1:-}" in
    venv) need_for_venv "${2:-python3}" ;;
    tests) need_for_tests ;;
    *) echo "usage: $0 venv PYTHON | tests" >&2; exit 2 ;;
esac

[ "${#missing[@]}" -eq 0 ] && exit 0

if [ "$(id -u)" -ne 0 ]; then
    echo "These system packages are missing: ${missing[*]}" >&2
    echo "Install them and try again:" >&2
    echo "    sudo apt-get update && sudo apt-get install --yes --no-install-recommends ${missing[*]}" >&2
    exit 1
fi

echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq </dev/null
apt-get install --yes -qq --no-install-recommends "${missing[@]}" </dev/null
