#!/bin/sh
# What a pipeline does with a region, whatever runs it (docs/pipeline/README.md):
#
#   sh bin/pipeline.sh preview regions/<region>.yaml   of a change: check, cost and difference, as Markdown
#   sh bin/pipeline.sh rollout regions/<region>.yaml   what was merged: one JSON object a line
#
# Run "npm ci" before, and get credentials after it: nothing that installs needs any.
#
#   LADDER_SECRETS   a file with what registry, scanner and providers have issued (see "ladder rollout --help")
#
# Ends with the exit code of the command: 0 done, 1 failed, 2 wrong use or mistakes in the region file,
# 3 something in the account comes first and nothing was changed, 4 the stack is busy or needs a person, 5 the smoke test failed.
set -eu

usage() {
  echo "usage: sh bin/pipeline.sh preview|rollout <region file>" >&2
  exit 2
}

[ $# -eq 2 ] || usage
step=$1
file=$2
cd "$(dirname "$0")/.."

# The command of this checkout, and nothing that would have to be fetched.
ladder() {
  npm exec --offline --no --loglevel=error -- ladder "$@"
}

# A command's output between fences, so that nothing in it is Markdown.
fenced() {
  printf '\n```text\n'
  cat
  printf '```\n'
}

preview() {
  output=$(mktemp)
  trap 'rm -f "$output"' EXIT
  trap 'exit 130' INT TERM

  code=0
  ladder check "$file" --markdown >"$output" 2>&1 || code=$?
  if [ "$code" -ne 0 ]; then
    printf '### `%s` has mistakes\n' "$file"
    fenced <"$output"
    exit "$code"
  fi
  cat "$output"

  ladder diff "$file" >"$output" 2>&1 || code=$?
  printf '\n### What a rollout would change\n'
  fenced <"$output"
  exit "$code"
}

rollout() {
  set -- "$file" --yes --json
  [ -z "${LADDER_SECRETS:-}" ] || set -- "$@" --secrets "$LADDER_SECRETS"
  code=0
  npm run --silent rollout -- "$@" || code=$?
  case $code in
    0) ;;
    2) echo "The region file or the use is wrong: see above. Nothing was changed." >&2 ;;
    3) echo "Something in the AWS account comes first: see above. Nothing was changed." >&2 ;;
    4) echo "The stack is busy or needs a person: see above, then run this again." >&2 ;;
    5) echo "It is deployed, but the smoke test failed, or the API's name leads nowhere yet: see above." >&2 ;;
    *) echo "The rollout failed or was interrupted, perhaps half way: see above. Run it again: it goes on where it stopped." >&2 ;;
  esac
  exit "$code"
}

case $step in
  preview) preview ;;
  rollout) rollout ;;
  *) usage ;;
esac
