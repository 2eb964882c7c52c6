#!/bin/sh
# Makes main.js, in dist/bundle or the folder that is named: the service with the packages that it uses, in one file. A start that looks for a thousand
# files, and compiles each, takes twice the processor time. It lies as deep as the files of src/store, since migrations/, templates/ and package.json
# are found by the way from there; dist/main.js, which is what everybody starts, leads to it. Packages with files of their own stay packages.
# Tests name another program after the folder: bundle.sh <folder> <file.ts>.
set -eu
cd "$(dirname "$0")/.."
node_modules/.bin/esbuild "${2:-src/main.ts}" --bundle --platform=node --target=node20 --format=esm --outdir="${1:-dist/bundle}" \
  --external:@electric-sql/pglite --external:swagger-ui-dist --external:pg-native --log-level=warning \
  --banner:js="import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);"
[ "$#" = 0 ] || exit 0
echo "import './bundle/main.js';" >dist/main.js
# The page of the API needs three files of Swagger UI. The package is a development dependency: it is large, and comes with another that reports
# each installation to its maker.
mkdir -p dist/swagger-ui
for file in swagger-ui.css swagger-ui-bundle.js swagger-ui-bundle.js.LICENSE.txt favicon-32x32.png LICENSE NOTICE; do
  cp "node_modules/swagger-ui-dist/$file" dist/swagger-ui/
done
