#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what SoilSharp needs on Debian or Ubuntu: `scripts/setup.sh`, or `scripts/setup.sh --tests` for tests and lint too.
#
# Whatever links GDAL or was compiled against numpy comes from apt, so that it is the same library that QGIS uses; pip adds
# only what apt lacks, into a virtual environment that sees apt's packages, and may not replace any of them.
# What is done is not done again: a second call only looks.
set -eu

cd "$(dirname "$0")/.."
ROOT=$(pwd -P)
VENV=${VENV:-.venv}
case $VENV in /*) ;; *) VENV=$ROOT/$VENV ;; esac
PYTHON=/usr/bin/python3 # never the first python3 on PATH: QGIS embeds the system's

APT="qgis python3-qgis python3-venv python3-pip python3-numpy python3-scipy python3-pandas python3-sklearn
    python3-rasterio python3-geopandas python3-matplotlib python3-jinja2 python3-h5py python3-openpyxl
    fonts-dejavu-core qttools5-dev-tools python3-markdown"
APT_TESTS="git xvfb xauth openbox fonts-open-sans"
# pip may not replace these; their versions are read from the system
KEEP="numpy scipy pandas scikit-learn matplotlib rasterio pyproj geopandas openpyxl"
MODULES="numpy scipy pandas sklearn rasterio geopandas matplotlib jinja2 h5py openpyxl qgis.core lightgbm xgboost tqdm
    ismn flagit whitebox_workflows"

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }

requirements=requirements.txt
case "${1:-}" in
"") stage=run ;;
--tests) stage=tests APT="$APT $APT_TESTS" requirements="$requirements requirements-dev.txt" ;;
*) fail "unknown argument '$1'; use no argument, or --tests." ;;
esac

command -v dpkg-query >/dev/null && command -v apt-get >/dev/null ||
    fail "this set-up is for Debian and Ubuntu. Elsewhere install QGIS 3.22 or later, and requirements.txt into its Python."

# --- packages of the system -------------------------------------------------------------------------------------------

# one line a package: "name version state"
installed() { dpkg-query -W -f '${Package} ${Version} ${db:Status-Status}\n' $APT 2>/dev/null | grep ' installed$' || true; }

packages=$(installed)
missing=
for package in $APT; do
    case "
$packages" in
    *"
$package "*) ;;
    *) missing="$missing $package" ;;
    esac
done

# quietly COMMAND...: show what it said only if it failed
quietly() {
    log=$(mktemp)
    if "$@" >"$log" 2>&1; then rm -f "$log"; return 0; fi
    tail -n 30 "$log" >&2
    rm -f "$log"
    return 1
}

if [ -n "$missing" ]; then
    sudo=
    if [ "$(id -u)" != 0 ]; then
        command -v sudo >/dev/null || fail "these packages are missing and need root: apt-get install -y$missing"
        sudo=sudo
    fi
    apt() {
        $sudo env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
    }
    say "reading the list of packages"
    quietly apt update || fail "apt-get update failed; is there a network?"
    size=$(apt install --no-install-recommends --print-uris -qq $missing 2>/dev/null | awk '{n += $3} END {printf "%d", n / 1e6}')
    say "installing with apt ($size MB to fetch, a few minutes):$missing"
    quietly apt install --no-install-recommends $missing || fail "apt-get install failed; its last words are above."
    packages=$(installed)
fi

# --- virtual environment ----------------------------------------------------------------------------------------------

# Done is what was done by this script, with these requirements, beside these packages, in this place.
key=$(
    {
        cat scripts/setup.sh $requirements
        printf '%s\n' "$packages" "$ROOT" "$VENV"
        readlink -f "$PYTHON"
    } | cksum | tr ' ' -
)
stamp=$VENV/.soilsharp-$stage
[ -x "$VENV/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$key" ] && exit 0

# an environment of another Python, or one that was moved here from elsewhere, cannot be mended
usable() {
    grep -qsF "$VENV" "$VENV/bin/activate" &&
        "$VENV/bin/python" -c 'import pip, sys; sys.exit(sys.base_prefix != "/usr")' 2>/dev/null
}
if ! usable; then
    say "making the virtual environment $VENV"
    if [ -e "$VENV/pyvenv.cfg" ]; then rm -rf "$VENV"; fi
    "$PYTHON" -m venv --system-site-packages "$VENV"
fi

"$PYTHON" -I - $KEEP >"$VENV/constraints.txt" <<'PY'
import sys
from importlib.metadata import version

for name in sys.argv[1:]:
    print(f"{name}=={version(name).split('+')[0]}")  # without Debian's +dfsg
PY

names=$(cat $requirements | sed -n 's/^\([A-Za-z0-9_-]\{1,\}\).*/ \1/p' | tr -d '\n')
say "installing with pip what is missing of:$names"
quietly "$VENV/bin/python" -I -m pip install --disable-pip-version-check --retries 5 --only-binary :all: \
    -c "$VENV/constraints.txt" $(printf -- '-r %s ' $requirements) ||
    fail "pip could not install the packages; its last words are above."

# The checkout as package `soilsharp` for this environment, whatever the folder is called, and its command.
site=$("$VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
ln -sfn "$ROOT" "$site/soilsharp"
cat >"$VENV/bin/soilsharp" <<COMMAND
#!/bin/sh
'''exec' "$VENV/bin/python" "\$0" "\$@"
' '''
import sys

from soilsharp.core.cli import main

sys.exit(main())
COMMAND
chmod +x "$VENV/bin/soilsharp"

# pyproj looks for its data below the environment
mkdir -p "$VENV/share"
ln -sfn /usr/share/proj "$VENV/share/proj"

for module in $MODULES; do printf 'import %s\n' "$module"; done | "$VENV/bin/python" -I -W ignore - ||
    fail "a package is installed but cannot be imported; remove $VENV and run this again."

printf '%s\n' "$key" >"$stamp"
say "ready: $VENV"
