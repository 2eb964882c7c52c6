#!/usr/bin/env bash
# Carries out the Dockerfile without Docker: its COPY and RUN lines in an empty folder, then the programs as an ordinary user, with the embedded database
# and with PostgreSQL (package-runs.ts).
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

user=
if [ "$(id -u)" = 0 ]; then user=nobody; fi
stage=
declare -A environment
command=
while read -r word rest; do
  case "$word" in
    FROM) stage=${rest##* } && [ "$stage" != "$rest" ] || stage=last && mkdir -p "$work/$stage" ;;
    WORKDIR) folder="$work/$stage$rest" && mkdir -p "$folder" ;;
    ENV) for pair in $rest; do environment[${pair%%=*}]=${pair#*=}; done ;;
    COPY)
      read -ra parts <<<"$rest"
      from=.
      if [[ ${parts[0]} == --from=* ]]; then
        from="$work/${parts[0]#--from=}" && parts=("${parts[@]:1}")
      else
        for source in "${parts[@]::${#parts[@]}-1}"; do
          grep -qxF "!$source" .dockerignore || { echo ".dockerignore keeps $source out, which the Dockerfile copies" && exit 1; }
        done
      fi
      target="$folder/${parts[-1]}"
      mkdir -p "$(dirname "$target")"
      for source in "${parts[@]::${#parts[@]}-1}"; do cp -r "$from/$source" "$target"; done
      ;;
    RUN)
      echo "== $rest"
      if [ -n "$user" ]; then line=${rest//node:node/$user}; else line=${rest//chown node:node/ls}; fi
      (cd "$folder" && sh -ec "$line")
      ;;
    CMD) command=$rest ;;
  esac
done < <(grep -Ev '^(#|  |HEALTHCHECK)' Dockerfile)

packages=$(du -s --block-size=MB "$folder/node_modules" | cut -f 1)
[ "${packages%MB}" -le 30 ] || { echo "package-check: packages of $packages" >&2; exit 1; }
# mktemp lets nobody else in.
chmod 755 "$work"
settings=()
for name in "${!environment[@]}"; do settings+=("$name=${environment[$name]}"); done
env -i PATH="$PATH" "${settings[@]}" node_modules/.bin/tsx scripts/package-runs.ts "$folder" "$command" "$(id -u $user)" "$(id -g $user)"
echo "package-check: built, packages of $packages, works as ${user:-$(id -un)}"
