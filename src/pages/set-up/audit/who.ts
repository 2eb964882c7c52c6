import type { AuditWords } from './words.ts';

/** The actor in words: the name of a person, what the other names stand for. */
export function whoText(actor: string, words: AuditWords): string {
  if (actor === 'administrator' || actor === 'anonymous' || actor === 'retention' || actor === 'several')
    return words[actor];
  if (actor === 'key of another authority') return words.foreignKey;
  if (actor.startsWith('key:')) return `${words.key} ${actor.slice('key:'.length)}`;
  return actor.replace(/^person:[0-9a-f-]{36} /, '');
}

/** The name as it is stored, without that of the person. */
export function storedActor(actor: string): string {
  return /^person:[0-9a-f-]{36}/.exec(actor)?.[0] ?? actor;
}
