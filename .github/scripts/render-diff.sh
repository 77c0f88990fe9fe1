#!/usr/bin/env bash
# Renders every stack of two checkouts and tells what differs: OUT/summary.md for people, OUT/<stack>.diff whole.
# usage: render-diff.sh BASE HEAD OUT; exit status 1 where HEAD does not render, 0 else, whether there is a difference or not.
set -euo pipefail
base=$(cd -- "$1" && pwd)
head=$(cd -- "$2" && pwd)
mkdir -p "$3"
out=$(cd -- "$3" && pwd)
most_lines=400 # of one stack in the summary, of which GitHub shows a mebibyte; the whole is the artifact
failed=0
rm -rf "$out/base" "$out/head" "$out"/*.diff

rendered() { # rendered CHECKOUT SIDE STACK: into OUT/SIDE/STACK, an empty folder where the checkout has no such stack
  mkdir -p "$out/$2/$3"
  [[ ! -e $1/Pulumi.$3.yaml ]] || "$1/observatory" render --stack "$3" --out "$out/$2/$3" >"$out/$2-$3.log" 2>&1
}

{
  echo "## What this change does to rendered documents"
  stacks=$(cd / && for file in "$base"/Pulumi.*.yaml "$head"/Pulumi.*.yaml; do [[ ! -e $file ]] || basename "$file"; done | sort -u)
  for file in $stacks; do
    stack=${file#Pulumi.}
    stack=${stack%.yaml}
    if ! rendered "$head" head "$stack"; then
      failed=1
      printf '\n### %s: does not render\n\n````text\n%s\n````\n' "$stack" "$(tail -n 40 "$out/head-$stack.log")"
      continue
    fi
    if ! rendered "$base" base "$stack"; then
      printf '\n### %s: the base does not render, so there is nothing to compare with\n' "$stack"
      continue
    fi
    status=0
    (cd "$out" && git diff --no-index --no-color "base/$stack" "head/$stack") >"$out/$stack.diff" || status=$?
    if ((status > 1)); then
      echo "git cannot compare $stack" >&2
      exit "$status"
    fi
    if ((status == 0)); then
      printf '\n### %s: the same\n' "$stack"
      rm "$out/$stack.diff"
      continue
    fi
    counted=$(cd "$out" && git diff --no-index --shortstat "base/$stack" "head/$stack" || true)
    printf '\n### %s:%s\n' "$stack" "$counted"
    printf '\n<details><summary>files</summary>\n\n````text\n%s\n````\n</details>\n' \
      "$(cd "$out" && git diff --no-index --stat=160 "base/$stack" "head/$stack" | head -n "$most_lines" || true)"
    printf '\n<details><summary>lines</summary>\n\n````diff\n%s\n````\n</details>\n' "$(head -n "$most_lines" "$out/$stack.diff")"
    if (($(wc -l <"$out/$stack.diff") > most_lines)); then
      printf '\nThe first %s lines are shown; all of them are in the artifact.\n' "$most_lines"
    fi
  done
} >"$out/summary.md"
exit "$failed"
