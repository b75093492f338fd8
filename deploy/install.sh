#!/bin/sh
# Install Facekeep from this folder into a new environment; nothing is fetched from anywhere.
#   sh install.sh /opt/facekeep [python3.11]
set -eu

into=${1:?say where: sh install.sh FOLDER [PYTHON]}
python=${2:-python3}
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

cd "$here"
sha256sum --check --quiet --strict SHA256SUMS || {
    echo "A file differs from its checksum: carry the folder over again." >&2
    exit 4
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Facekeep needs Python 3.11 or newer: sh install.sh $into /path/to/python3.11" >&2
    exit 2
}
[ ! -e "$into" ] || {
    echo "$into already exists: choose another folder, or move it away." >&2
    exit 2
}

"$python" -m venv "$into"
locked() {
    "$into/bin/python" -m pip --disable-pip-version-check install --quiet --no-input \
        --no-index --find-links wheels --require-hashes --no-deps --no-build-isolation "$@"
}
locked -r build.lock
while read -r lock; do
    locked -r "$lock"
done < LOCKS
locked -r facekeep.lock
"$into/bin/facekeep" --version
