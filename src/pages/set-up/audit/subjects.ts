import { type AuditSubject, type AuditView, sourceOf } from '../../../staff/audit.ts';
import { actionsOn } from './actions.ts';

/** Things that entries are about, by the words that the actions on them begin with, and further actions on them. */
const KINDS = {
  source: ['refusals.see', 'authentication.refused'],
  gateway: ['authentication.refused'],
  key: [],
  person: [],
} as const;
/** Kind and id, as an address names them. */
const TARGET = /^(source|gateway|key|person):([\w.-]{1,100})$/;

/** The subject that an address names, by kind and id: `source:epj`. @returns '' for anything else */
export function readTarget(text: string): string {
  return TARGET.test(text) ? text : '';
}

/**
 * The subject in the words of the audit.
 * @param target as `readTarget` reads it
 * @returns undefined for a target that names none
 */
export function auditSubjectOf(target: string): AuditSubject | undefined {
  const [, kind, id = ''] = TARGET.exec(target) ?? [];
  const found = Object.entries(KINDS).find(([each]) => each === kind);
  if (!found) return undefined;
  const actions = [...actionsOn(found[0]), ...found[1]];
  return { actions, targets: [id, target], ...(kind === 'person' && { account: id }) };
}

/** The subject of an entry, as an address names it; null where it is none that can be looked for. */
export function targetOf(row: AuditView): string | null {
  const { action, target } = row;
  if (row.sourceName !== null) return `source:${sourceOf(row)}`;
  if (action.startsWith('key.')) return `key:${target}`;
  if (action.startsWith('gateway.')) return `gateway:${target}`;
  return action.startsWith('person.') && row.subject !== null ? `person:${target}` : null;
}
