#!/usr/bin/env bash
# Previews a stack by Pulumi's CLI and writes what a comment says of it, also where the preview fails.
# usage: preview.sh STACK FILE; exit status of the preview.
set -euo pipefail
stack=$1 file=$2
most=25000 # characters of one stack: a comment of GitHub's has at most 65,536
log=$(mktemp)
status=0
./observatory preview --stack "$stack" --engine pulumi >"$log" 2>&1 || status=$?
{
  if ((status == 0)); then echo "### Preview of $stack"; else echo "### Preview of $stack failed (status $status)"; fi
  printf '\n<details><summary>%s</summary>\n\n````text\n' "$(grep -E '^(Resources|[ +~-]+[0-9]+ )' "$log" | tail -n 1 | tr -s ' ' || true)what would change"
  if (($(wc -c <"$log") > most)); then
    printf '(the last %s characters)\n' "$most"
  fi
  tail -c "$most" "$log"
  printf '\n````\n</details>\n'
} >"$file"
rm "$log"
exit "$status"
