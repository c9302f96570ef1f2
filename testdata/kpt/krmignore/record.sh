#!/bin/sh
# Records which files the real kpt reads under each ignore file of patterns.txt; needs kpt on PATH.
# Every line of recorded.txt is: the ignore file with \n for line ends, a tab, the paths read in order.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
package=$(mktemp -d)
trap 'rm -rf "$package"' EXIT
while read -r file; do
    mkdir -p "$package/$(dirname "$file")"
    name=$(basename "$file")
    case $name in
    Kptfile) printf 'apiVersion: kpt.dev/v1\nkind: Kptfile\nmetadata:\n  name: ignore\n' ;;
    *) printf 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n' ;;
    esac >"$package/$file"
done <"$here/files.txt"
: >"$here/recorded.txt"
while IFS= read -r pattern; do
    printf '%b' "$pattern" >"$package/.krmignore"
    read_files=$(kpt fn source "$package" | sed -n "s/^ *internal.config.kubernetes.io\/path: '\{0,1\}\([^']*\)'\{0,1\}$/\1/p" | tr '\n' ' ')
    printf '%s\t%s\n' "$pattern" "${read_files% }" >>"$here/recorded.txt"
done <"$here/patterns.txt"
