#!/usr/bin/env bash
# Tells in Markdown whether somebody changed a stack by hand.
# usage: drift.sh STACK FILE; exit status of `observatory drift`: 0 nothing, 1 drift, 3 it could not look everywhere.
set -euo pipefail
stack=$1 file=$2
status=0
report=$(./observatory drift --stack "$stack" 2>&1) || status=$?
case $status in
  0) said="is what the program says" ;;
  1) said="was changed by hand" ;;
  *) said="could not be compared (status $status)" ;;
esac
printf '## %s %s\n\n````text\n%s\n````\n' "$stack" "$said" "$report" >"$file"
exit "$status"
