#!/bin/sh
# Browser tests need a Chromium: an installed one, else Debian's package, else Playwright's own.
# Usage: get-chromium.sh PYTHON
set -u
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
if command -v apt-get >/dev/null 2>&1; then
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    echo "installing Debian's chromium for the browser tests"
    if $as_root apt-get update -qq >/dev/null && \
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq chromium >/dev/null; then
        exit 0
    fi
fi
echo "installing Playwright's chromium for the browser tests"
"$1" -m playwright install --with-deps chromium && exit 0
echo "no Chromium could be installed: browser tests will be skipped" >&2
