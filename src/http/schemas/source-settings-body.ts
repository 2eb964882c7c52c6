import type { ManagedSource } from '../../staff/sources/sources.ts';
import { listedSourceSchema, toListedSourceBody } from './source.ts';

/** Parts of a source that the API shows and that are none of its settings. */
const SHOWN = new Set(['id', 'authority', 'version', 'paused', 'fhirAuthorizationSet', 'auth']);
const SETTINGS = Object.keys(listedSourceSchema.shape).filter((name) => !SHOWN.has(name));

/** The settings of a source as a body that leaves them as they are: its secrets stay where the body has none. */
export function toSourceSettingsBody(source: ManagedSource): Readonly<Record<string, unknown>> {
  const { auth, ...body } = toListedSourceBody(source);
  const settings = Object.fromEntries(SETTINGS.map((name) => [name, Reflect.get(body, name)]));
  const { secretSet: _, ...hmac } = auth?.hmac ?? { secretSet: false };
  return { ...settings, auth: auth && { hmac } };
}
