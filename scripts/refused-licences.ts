import satisfies from 'spdx-satisfies';
import { type Component, isShipped, licenceOf } from './components.ts';

/** Licences of what users run: they ask for a notice at most. */
const SHIPPED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'CC0-1.0', 'ISC', 'MIT', 'Unlicense'];
/** Licences of tools for development, which nobody is given. */
const DEVELOPMENT = [...SHIPPED, 'CC-BY-3.0', 'MPL-2.0', 'PSF-2.0'];

/** The packages whose licence is not allowed, or that state none or an unknown one; a line each. */
export function refusedLicences(components: readonly Component[]): string[] {
  return components.flatMap((component) => {
    const licence = licenceOf(component);
    const allowed = isShipped(component) ? SHIPPED : DEVELOPMENT;
    if (licence !== null && isAllowed(licence, allowed)) return [];
    return [`${component.name}@${component.version}: ${licence ?? 'states no licence'}`];
  });
}

function isAllowed(expression: string, allowed: readonly string[]): boolean {
  try {
    return satisfies(expression, [...allowed]);
  } catch {
    // No SPDX expression.
    return false;
  }
}
