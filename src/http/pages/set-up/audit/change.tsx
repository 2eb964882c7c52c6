import { isUuid } from '../../../../domain/ids.ts';
import { ROLES } from '../../../../domain/people/access.ts';
import { SETTLE_ACTIONS } from '../../../../domain/replies/settle.ts';
import type { PageLanguage } from '../../language.ts';
import { isRecord } from '../../record.ts';
import { REPLIES_WORDS } from '../../replies/words.ts';
import { SET_UP_WORDS } from '../words.ts';
import { AUDIT_WORDS } from './words.ts';

/** Values that differ, by where they stand. */
type Difference = readonly [path: string, before: string, after: string];

const MOST_DIFFERENCES = 60;
const LONGEST = 300;

/** The change that an entry records, folded in until somebody opens it; nothing where it says nothing of that. */
export function Change({
  before,
  after,
  of,
  language,
}: {
  readonly before: unknown;
  readonly after: unknown;
  readonly of: string;
  readonly language: PageLanguage;
}) {
  const words = AUDIT_WORDS[language];
  const found = differences(before, after, language);
  if (found.length === 0) return null;
  return (
    <details>
      <summary>
        {words.details}
        <span class="unseen"> ({of})</span>
      </summary>
      <dl class="changes">
        {found.map(([path, was, is]) => (
          <div>
            <dt>
              <code>{path}</code>
            </dt>
            <dd>
              {was !== '' && (
                <del>
                  <span class="unseen">{words.before}: </span>
                  {was}
                </del>
              )}{' '}
              {is !== '' && (
                <ins>
                  <span class="unseen">{words.after}: </span>
                  {is}
                </ins>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function differences(before: unknown, after: unknown, language: PageLanguage): Difference[] {
  const [was, is] = [flat(before, language), flat(after, language)];
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths
    .flatMap((path): Difference[] => {
      const [from = '', to = ''] = [was.get(path), is.get(path)];
      return from === to ? [] : [[path, from, to]];
    })
    .slice(0, MOST_DIFFERENCES);
}

/** The members of an object, and of the objects in it, by their names with dots between. */
function flat(value: unknown, language: PageLanguage, path = ''): Map<string, string> {
  // Ids say nothing to people; whom an entry is about stands beside it by name.
  if ([value].flat().every((each) => typeof each === 'string' && isUuid(each))) return new Map();
  if (!isRecord(value))
    return value === null || value === undefined ? new Map() : new Map([[path, textOf(value, language)]]);
  const members = Object.entries(value).slice(0, MOST_DIFFERENCES);
  return new Map(
    members.flatMap(([name, member]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return isRecord(member) && path !== ''
        ? [[at, textOf(member, language)] as const]
        : [...flat(member, language, at)];
    }),
  );
}

/** Codes of the program in words; one that has none with blanks, so that it is read as words. */
function textOf(value: unknown, language: PageLanguage): string {
  const action = SETTLE_ACTIONS.find((each) => each === value);
  if (action) return REPLIES_WORDS[language].actions[action].label;
  const role = ROLES.find((each) => each === value);
  if (role) return SET_UP_WORDS[language].roles[role];
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
  const written = isList ? value.join(', ') : typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const text = written.replaceAll(/(?<=[a-z])_(?=[a-z])/g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
