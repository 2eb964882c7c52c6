#!/usr/bin/env bash
# Compiles the calls of docs/clients.md with a client that is generated from an OpenAPI document, and runs them against a service of its own.
# Usage: scripts/generated-client.sh openapi.json
set -euo pipefail
document=$(realpath "$1")
cd "$(dirname "$0")/.."
root=$PWD folder=$(mktemp -d) service=
stop() {
  [ -z "$service" ] || kill "$service" 2>/dev/null || true
  wait
  rm -rf "$folder"
}
trap stop EXIT

awk '/^```ts calls.ts$/ { on = 1; next } /^```$/ { on = 0 } on' docs/clients.md >"$folder/calls.ts"
test -s "$folder/calls.ts"
cd "$folder"
echo '{ "type": "module", "private": true }' >package.json
# These are no dependencies, since the generator needs a compiler of its own.
npm install --silent --no-audit --no-fund --ignore-scripts \
  openapi-typescript@7.13.0 openapi-fetch@0.17.0 typescript@5.9.3 @types/node@20.19.43
npx openapi-typescript "$document" -o schema.d.ts
npx tsc --noEmit --strict --noUncheckedIndexedAccess --exactOptionalPropertyTypes --skipLibCheck --target es2023 \
  --module nodenext --allowImportingTsExtensions --types node calls.ts

export EASYSMS_ADMIN_TOKEN PORT
EASYSMS_ADMIN_TOKEN=$(node -p 'crypto.randomBytes(32).toString("base64url")')
PORT=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
(cd "$root" && DATA_DIR="$folder/data" exec node --import tsx src/main.ts) >service.log 2>&1 &
service=$!
for _ in $(seq 120); do
  curl -sf "http://127.0.0.1:$PORT/readyz" >/dev/null && break
  kill -0 "$service" 2>/dev/null || { cat service.log; exit 1; }
  sleep 1
done
ADMIN=$EASYSMS_ADMIN_TOKEN EASYSMS="http://127.0.0.1:$PORT" "$root/node_modules/.bin/tsx" calls.ts
