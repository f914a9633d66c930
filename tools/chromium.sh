#!/bin/sh
# Browser tests run in Debian's Chromium. Root may install it; others are told the one command. Never skipped silently.
set -eu
for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && fonts=$(fc-list :lang=zh 2>/dev/null | head -n 1) && [ -n "$fonts" ] && exit 0
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and Chinese fonts for the browser tests ..."
    apt-get update -qq
    browser=chromium-headless-shell # without a window to draw: a fifth less work; Ubuntu has only the whole browser
    apt-cache show "$browser" >/dev/null 2>&1 || browser=chromium
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$browser" fonts-noto-cjk fontconfig >/dev/null
else
    echo "The browser tests need Chromium. Type once:  sudo apt-get install chromium fonts-noto-cjk fontconfig" >&2
    exit 1
fi
