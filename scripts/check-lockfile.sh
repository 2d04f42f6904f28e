#!/usr/bin/env bash
# Proves that the lock file installs on every platform we name: `npm ci` for each, in a fresh folder, without scripts.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
for platform in linux/x64 linux/arm64 darwin/x64 darwin/arm64 win32/x64; do
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  cp "$root/package.json" "$root/package-lock.json" "$root/.npmrc" "$folder/"
  (cd "$folder" && npm ci --ignore-scripts --os="${platform%/*}" --cpu="${platform#*/}" --loglevel=error >/dev/null)
  printf '%-13s npm ci ok, %s packages\n' "$platform" "$(find "$folder/node_modules" -name package.json -path '*node_modules/*' -maxdepth 3 | wc -l)"
  rm -rf "$folder"
done
