#!/bin/sh
# Make the virtual environment. A bare Debian has Python without venv: root may install it, others are told the command.
set -eu
python="$1" venv="$2"
"$python" -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else 1)' || {
    echo "Xiaoer needs Python 3.11 or newer; '$python' is $("$python" --version 2>&1). Try: make PYTHON=python3.12 run" >&2
    exit 1
}
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    package="python3-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq && apt-get install -y -qq "$package" >/dev/null
    else
        echo "Python's venv module is missing. Type once:  sudo apt-get install $package" >&2
        exit 1
    fi
fi
echo "Making the virtual environment in $venv ..."
"$python" -m venv "$venv"
