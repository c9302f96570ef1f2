#!/bin/sh
# Records what the real kpt makes of each JSON file NAME.in.json; needs kpt on PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
printf 'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: x\n' >"$package/Kptfile"
for input in "$here"/*.in.json; do
    cp "$input" "$package/file.json"
    kpt fn render "$package" 2>/dev/null
    cp "$package/file.json" "${input%.in.json}.out.json"
done
