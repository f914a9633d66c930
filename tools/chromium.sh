#!/bin/sh
# Browser tests run in Debian's Chromium. Root may install it; others are told the one command. Never skipped silently.
set -eu
for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && fonts=$(fc-list :lang=zh 2>/dev/null | head -n 1) && [ -n "$fonts" ] && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and Chinese fonts for the browser tests ..."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null
else
    echo "The browser tests need Chromium. Type once:  sudo apt-get install chromium fonts-noto-cjk fontconfig" >&2
    exit 1
fi
