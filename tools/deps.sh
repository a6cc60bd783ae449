#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Makes sure that the Debian packages named are installed. Asks for nothing, and does nothing if they are there.
# NO_DEPS=1 skips it. On other systems it says what is needed and stops.
set -eu

[ "${NO_DEPS:-}" = 1 ] && exit 0

missing=
for p in "$@"; do
    status=$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null || true)
    [ "$status" = installed ] || missing="$missing $p"
done
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "viosim needs these packages, under their Debian names:" >&2
    printf '  %s\n' $missing >&2
    echo "There is no apt-get here: install their counterparts, then make NO_DEPS=1 ..." >&2
    exit 3
fi
if [ "$(id -u)" = 0 ]; then
    sudo=
elif command -v sudo >/dev/null 2>&1; then
    sudo=sudo
else
    echo "viosim needs packages that only root can install; as root:" >&2
    echo "  apt-get install -y$missing" >&2
    exit 3
fi

install() {
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends \
        $missing
}

echo "installing:$missing" >&2
# Fresh lists need no update, and no lists make the installation fail at once: so try first.
if ! install >/dev/null 2>&1; then
    $sudo apt-get -o DPkg::Lock::Timeout=120 update -qq
    install >/dev/null
fi
