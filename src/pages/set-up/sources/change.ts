import { type Fault, Problem } from '../../../domain/errors.ts';
import { faultsOf } from '../../../http/problem.ts';
import { readSourceSettings, sourceSettings, toSourceSettingsBody } from '../../../http/schemas/source.ts';
import { checkEventAddress } from '../../../staff/sources/event-address.ts';
import { isChanged, type MadeSecrets, putSource, type SourceView } from '../../../staff/sources/sources.ts';
import type { SourcePagesDeps } from './source-frame.tsx';

/** The result of a change of settings: saved, with the secrets that were made; refused; or changed by others. */
export type Saved =
  | { readonly kind: 'saved'; readonly secrets: MadeSecrets }
  | { readonly kind: 'refused'; readonly faults: readonly Fault[] }
  | { readonly kind: 'changed' };

/** A change of some settings of a source, of which the others stay. */
export interface SettingsChange {
  readonly source: SourceView;
  /** In the words of the API. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The version that the form was made of. */
  readonly version: number;
  readonly actor: string;
}

function readChange({ source, settings }: Pick<SettingsChange, 'source' | 'settings'>) {
  const body = { ...toSourceSettingsBody(source), ...settings };
  const read = sourceSettings.safeParse(body);
  return read.success
    ? { given: readSourceSettings(read.data), faults: [] }
    : { given: null, faults: faultsOf(read.error, body, 'json') };
}

/** The faults of a change that is not to be saved. */
export function faultsOfChange(change: Pick<SettingsChange, 'source' | 'settings'>): readonly Fault[] {
  return readChange(change).faults;
}

/** Saves a change by the rules of the API. @throws Problem other than for settings that can't be used */
export async function saveSettings(deps: SourcePagesDeps, change: SettingsChange): Promise<Saved> {
  const { source, version, actor } = change;
  const { given, faults } = readChange(change);
  if (given === null) return { kind: 'refused', faults };
  const { authorityId, id } = source;
  try {
    await checkEventAddress(deps, given.settings.events);
    const { secrets } = await putSource(deps, { authorityId, id, ...given, actor, version }, deps.now());
    await deps.receiver.releaseMapped(id);
    return { kind: 'saved', secrets };
  } catch (error) {
    if (isChanged(error)) return { kind: 'changed' };
    if (error instanceof Problem && error.status === 422) return { kind: 'refused', faults: error.faults };
    throw error;
  }
}
