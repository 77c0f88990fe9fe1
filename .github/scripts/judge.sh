#!/usr/bin/env bash
# Asks the gate of several services of one release, each where none before it did harm.
# usage: judge.sh STACK SINCE URL SERVICE...; exit status 0 all pass, else the worst: 1 does harm, 2 wrong input, 3 cannot see.
set -euo pipefail
stack=$1 since=$2 url=$3
shift 3
worst=0
for service in "$@"; do
  status=0
  ./observatory gate --stack "$stack" --service "$service" --since "$since" --for 25m --prometheus "$url" || status=$?
  if ((status == 1)); then exit 1; fi
  if ((status > worst)); then worst=$status; fi
done
exit "$worst"
