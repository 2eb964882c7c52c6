/** Makes `dist/`, all that runs beside `migrations/`, `templates/` and the packages that stay packages. */
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, EXTERNAL, ROOT } from './bundle.ts';
import { licenceTexts } from './licence-texts.ts';
import { billOfMaterials } from './sbom.ts';

const DIST = join(ROOT, 'dist');
const PROGRAMS = ['main', 'migrate', 'cli/easysms'];
/**
 * What the page of the API needs of Swagger UI. The package is a development dependency: it is large, and comes with
 * another that reports each installation to its maker.
 */
const SWAGGER_UI = ['swagger-ui.css', 'swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'favicon-32x32.png'];

rmSync(DIST, { recursive: true, force: true });
const bundled = new Set(PROGRAMS.flatMap((name) => bundle(`src/${name}.ts`, ROOT, `dist/${name}.js`)));
const swagger = join('node_modules', 'swagger-ui-dist');
for (const file of [...SWAGGER_UI, 'LICENSE', 'NOTICE'])
  cpSync(join(ROOT, swagger, file), join(DIST, 'swagger-ui', file));
writeFileSync(join(DIST, 'licences.txt'), licenceTexts([...bundled]));
const shipped = [...bundled, swagger, ...EXTERNAL.map((name) => join('node_modules', name))];
writeFileSync(join(DIST, 'sbom.cdx.json'), `${JSON.stringify(billOfMaterials(shipped), null, 2)}\n`);
