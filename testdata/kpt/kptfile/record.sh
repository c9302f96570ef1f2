#!/bin/sh
# Records what the real kpt says of each NAME.Kptfile, in a package together with files/; needs kpt on PATH.
# The path of the package is written as /package.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
parent=$(mktemp -d)
trap 'rm -rf "$parent"' EXIT
for case in "$here"/*.Kptfile; do
    rm -rf "$parent/package"
    cp -r "$here/files" "$parent/package"
    cp "$case" "$parent/package/Kptfile"
    kpt fn render "$parent/package" --allow-exec 2>&1 | sed "s|$parent||g" >"${case%.Kptfile}.beta56.txt" || true
done
