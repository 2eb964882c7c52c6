#!/usr/bin/env bash
# Carries out the Dockerfile without Docker: its COPY and RUN lines in an empty folder, then its CMD as an ordinary user. The result has to get ready,
# keep its data where that user may write, and end with 0 at SIGTERM.
set -euo pipefail
cd "$(dirname "$0")/.."

work=$(mktemp -d)
pid=
finish() {
  [ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

user=
if [ "$(id -u)" = 0 ]; then user=nobody; fi
# Called in the background only: the process takes the place of the shell, so that a signal reaches it.
run_as_user() {
  if [ -n "$user" ]; then exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"; else exec "$@"; fi
}

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
      for source in "${parts[@]::${#parts[@]}-1}"; do cp -r "$from/$source" "$target"; done
      ;;
    RUN)
      echo "== $rest"
      if [ -n "$user" ]; then line=${rest//node:node/$user}; else line=${rest//chown node:node/ls}; fi
      (cd "$folder" && sh -ec "$line")
      ;;
    CMD) command=$(node -p 'JSON.parse(process.argv[1]).join(" ")' "$rest") ;;
  esac
done < <(grep -Ev '^(#|  |HEALTHCHECK)' Dockerfile)

# mktemp lets nobody else in.
chmod 755 "$work"
port=$(node -e 'const server = require("net").createServer().listen(0, () => { console.log(server.address().port); server.close(); });')
settings=()
for name in "${!environment[@]}"; do settings+=("$name=${environment[$name]}"); done
cd "$folder"
run_as_user env -i PATH="$PATH" "${settings[@]}" PORT="$port" LOG_LEVEL=warn $command &
pid=$!

ready=
for _ in $(seq 60); do
  if node -e "fetch('http://127.0.0.1:$port/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"; then
    ready=yes
    break
  fi
  kill -0 "$pid" 2>/dev/null || break
  sleep 0.5
done
[ -n "$ready" ] || { echo "package-check: it did not get ready" >&2; exit 1; }
node -e "fetch('http://127.0.0.1:$port/docs/swagger-ui.css').then((answer) => process.exit(answer.ok ? 0 : 1))" || { echo "package-check: /docs is not whole" >&2; exit 1; }
[ -e data/database ] || { echo "package-check: it keeps its data elsewhere" >&2; exit 1; }

kill -TERM "$pid"
status=0
wait "$pid" || status=$?
pid=
[ "$status" = 0 ] || { echo "package-check: it ended with $status at SIGTERM" >&2; exit 1; }
echo "package-check: built, ready as ${user:-$(id -un)}, stopped in good order"
