/** Ends with 1 when a package of package-lock.json has a licence that is not allowed. */
import { readComponents } from './components.ts';
import { refusedLicences } from './refused-licences.ts';

const { components } = readComponents();
const refused = refusedLicences(components);
for (const line of refused) console.error(line);
console.log(`licences of ${components.length} packages: ${refused.length} refused`);
process.exitCode = refused.length > 0 ? 1 : 0;
