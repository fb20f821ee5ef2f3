#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command with QGIS, this plugin and the virtual environment in place: `scripts/qgis-env.sh COMMAND...`.
#
#   scripts/qgis-env.sh qgis_process run soilsharp:downscale -- ...
#   scripts/qgis-env.sh python my_script.py
#   scripts/qgis-env.sh qgis my_project.qgz
#
# The profile is a private one under .qgis/ (or SOILSHARP_PROFILE): nothing of yours is read or changed. Programs run
# without a screen unless QT_QPA_PLATFORM says otherwise; `qgis` itself needs one.
set -eu

ROOT=$(cd "$(dirname "$0")/.." && pwd -P)
VENV=${VENV:-.venv}
case $VENV in /*) ;; *) VENV=$ROOT/$VENV ;; esac
PROFILES=${SOILSHARP_PROFILE:-$ROOT/.qgis}
PROFILE=$PROFILES/profiles/default

[ $# -gt 0 ] || { sed -n '3,10s/^#\( \|$\)//p' "$0"; exit 2; }
[ -x "$VENV/bin/python" ] || { echo "There is no $VENV yet; run 'make setup' first." >&2; exit 1; }

# The name of the link is the name of the package, so the checkout's folder may be called anything.
link=$PROFILE/python/plugins/soilsharp
if [ "$(readlink "$link" 2>/dev/null || true)" != "$ROOT" ]; then
    mkdir -p "$PROFILE/python/plugins"
    ln -sfn "$ROOT" "$link"
fi
if [ ! -e "$PROFILE/QGIS/QGIS3.ini" ]; then
    mkdir -p "$PROFILE/QGIS"
    printf '[PythonPlugins]\nsoilsharp=true\n' >"$PROFILE/QGIS/QGIS3.ini"
fi

# First the environment, then the system: another Python of the same version in front would break QGIS's own.
export PATH="$VENV/bin:/usr/bin:/bin"
export QGIS_CUSTOM_CONFIG_PATH="$PROFILES"
export PYTHONWARNINGS="${PYTHONWARNINGS-ignore}"
unset PYTHONHOME VIRTUAL_ENV
# this checkout, also where several share one environment
export PYTHONPATH="$PROFILE/python/plugins"

if [ ! -d "${XDG_RUNTIME_DIR:-}" ]; then
    export XDG_RUNTIME_DIR="$PROFILES/runtime"
    mkdir -p "$XDG_RUNTIME_DIR"
    chmod 700 "$XDG_RUNTIME_DIR"
fi
case $1 in
qgis)
    shift
    [ "${QT_QPA_PLATFORM:-}" != offscreen ] || unset QT_QPA_PLATFORM
    [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || { echo "QGIS needs a screen: neither DISPLAY nor WAYLAND_DISPLAY is set." >&2; exit 1; }
    exec qgis --nologo --noversioncheck --profiles-path "$PROFILES" "$@"
    ;;
qgis_process)
    shift
    # Debian 12 wraps qgis_process in a script that does not work; the program itself is beside it
    program=$(command -v qgis_process.bin || command -v qgis_process) || { echo "qgis_process is not installed." >&2; exit 1; }
    export QT_QPA_PLATFORM="${QT_QPA_PLATFORM-offscreen}"
    exec "$program" "$@"
    ;;
*)
    export QT_QPA_PLATFORM="${QT_QPA_PLATFORM-offscreen}"
    exec "$@"
    ;;
esac
