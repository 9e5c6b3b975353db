#!/bin/sh
# Install what Python packages cannot bring: Qt's system libraries and Python's venv module.
# As root on Debian or Ubuntu it installs what is missing; elsewhere it says what to install.
set -eu
PYTHON=${PYTHON:-python3}

# library file that must be there : Debian package that brings it
NEEDED="
libGL.so.1:libgl1
libEGL.so.1:libegl1
libglib-2.0.so.0:libglib2.0-0
libxkbcommon.so.0:libxkbcommon0
libdbus-1.so.3:libdbus-1-3
libfontconfig.so.1:libfontconfig1
libxcb-cursor.so.0:libxcb-cursor0
libxcb-icccm.so.4:libxcb-icccm4
libxcb-keysyms.so.1:libxcb-keysyms1
libxcb-shape.so.0:libxcb-shape0
libxcb-xkb.so.1:libxcb-xkb1
libxkbcommon-x11.so.0:libxkbcommon-x11-0
"

[ "$(uname -s)" = Linux ] || exit 0

known=$(ldconfig -p 2>/dev/null || /sbin/ldconfig -p 2>/dev/null || true)
missing=
for entry in $NEEDED; do
    case "$known" in
        *"${entry%%:*}"*) ;;
        *) missing="$missing ${entry##*:}" ;;
    esac
done
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing system packages:$missing"
    apt-get update -qq
    # Debian 13 and Ubuntu 24.04 call the glib package libglib2.0-0t64.
    if ! apt-cache show libglib2.0-0 >/dev/null 2>&1; then
        missing=$(echo "$missing" | sed 's/libglib2.0-0/libglib2.0-0t64/')
    fi
    # shellcheck disable=SC2086  # a list of package names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing
    exit 0
fi
echo "These system packages are missing:$missing"
echo "Install them (Debian, Ubuntu: apt-get install$missing), then run make again."
case "$missing" in *python3-venv*) exit 1 ;; esac
