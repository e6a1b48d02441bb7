#!/usr/bin/env bash
# runc, for a root that lacks a capability: of a privileged container it says "unable to apply caps" there. What no process here can
# have is taken out of what it is asked for first. Docker calls it with runc's own arguments (docs/kind.md).
set -euo pipefail

# Prints the capabilities that no process here can have, as a list in JSON.
lacking() {
  local bounding
  bounding=0x$(sed -n 's/^CapBnd:\t//p' /proc/self/status)
  sed -n 's/^#define \(CAP_[A-Z_]*\)[[:space:]]*\([0-9]*\)$/\1 \2/p' /usr/include/linux/capability.h |
    while read -r name bit; do (((bounding >> bit) & 1)) || echo "$name"; done | jq --raw-input --null-input '[inputs]'
}

# without_lacking FILE [PATH]: takes them from the process in the file, which PATH leads to.
without_lacking() {
  local at=${2:-}.capabilities changed
  changed=$(jq --argjson lacking "$(lacking)" "if $at then $at |= map_values(. - \$lacking) else . end" "$1")
  cat <<< "$changed" > "$1"
}

command='' bundle=. process='' previous=''
for argument; do
  case $previous in
    --bundle | -b) bundle=$argument ;;
    --process | -p) process=$argument ;;
  esac
  case $argument in
    create | run | exec) command=${command:-$argument} ;;
  esac
  previous=$argument
done
case $command in
  create | run) without_lacking "$bundle/config.json" .process ;;
  exec) [ -z "$process" ] || without_lacking "$process" ;;
esac
exec runc "$@"
