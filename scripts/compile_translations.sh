#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Compiles i18n/*.ts into a folder, i18n/ unless another is given, and prints what it made: QGIS reads nothing else.
set -eu

into=${1:-i18n}
PATH="$PATH:/usr/lib/qt5/bin:/usr/lib/qt6/bin"
command -v lrelease >/dev/null || { echo "lrelease is missing: apt-get install -y qttools5-dev-tools" >&2; exit 1; }
mkdir -p "$into"
for source in "$(dirname "$0")"/../i18n/*.ts; do
    compiled=$into/$(basename "$source" .ts).qm
    lrelease -silent "$source" -qm "$compiled"
    echo "$compiled"
done
