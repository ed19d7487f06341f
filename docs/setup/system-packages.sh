#!/bin/sh
# What the browser tests and the Chinese pages in them need from the system: Chromium and a font.
set -eu
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
fc-list 2>/dev/null | grep -qi 'noto sans cjk' || missing="$missing fonts-noto-cjk"
[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "The tests need:$missing. Please install them with your system's package manager." >&2
  exit 1
fi
run=""
if [ "$(id -u)" != 0 ]; then
  if command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then run="sudo -n"; else
    echo "The tests need:$missing. Run as root: apt-get install$missing" >&2
    exit 1
  fi
fi
echo "Installing for the tests:$missing"
$run apt-get update -qq
DEBIAN_FRONTEND=noninteractive $run apt-get install -y -qq $missing >/dev/null
