#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Packs the committed plugin into dist/soilsharp-VERSION.zip (or DIST/…); .gitattributes says what stays out.
set -eu

cd "$(dirname "$0")/.."
REVISION=${1:-HEAD}
DIST=${DIST:-dist}
git() { command git -c safe.directory="$PWD" "$@"; }

version=$(git show "$REVISION:metadata.txt" | sed -n 's/^version=//p')
zip=$DIST/soilsharp-$version.zip
[ -n "$version" ] || { echo "metadata.txt of $REVISION names no version." >&2; exit 1; }
[ -z "$(git status --porcelain --untracked-files=no)" ] || echo "zip: changes that are not committed are left out" >&2

mkdir -p "$DIST"
rm -f "$zip"
# Translations are compiled into the zip, and only there.
compiled=$(sh scripts/compile_translations.sh build/i18n)
set --
for translation in $compiled; do
    set -- "$@" --prefix=soilsharp/i18n/ --add-file="$translation"
done
# The pages of docs/ as HTML, which Help and F1 open.
/usr/bin/python3 -c "import markdown" 2>/dev/null || { echo "markdown is missing: apt-get install -y python3-markdown" >&2; exit 1; }
/usr/bin/python3 scripts/make_help.py build/help
for page in $(cd build && find help -type f | sort); do
    set -- "$@" --prefix="soilsharp/$(dirname "$page")/" --add-file="build/$page"
done
git archive --format=zip "$@" --prefix=soilsharp/ -o "$zip" "$REVISION"
echo "$zip"
