import type { PageLanguage } from '../../language.ts';
import { isRecord } from '../../record.ts';
import { AUDIT_WORDS } from './words.ts';

/** Values that differ, by where they stand. */
type Difference = readonly [path: string, before: string, after: string];

const MOST_DIFFERENCES = 60;
const LONGEST = 300;
/** Ids say nothing to people; whom an entry is about stands beside it by name. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

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
  const found = differences(before, after);
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

function differences(before: unknown, after: unknown): Difference[] {
  const [was, is] = [flat(before), flat(after)];
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths
    .flatMap((path): Difference[] => {
      const [from = '', to = ''] = [was.get(path), is.get(path)];
      return from === to ? [] : [[path, from, to]];
    })
    .slice(0, MOST_DIFFERENCES);
}

/** The members of an object, and of the objects in it, by their names with dots between. */
function flat(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string' && UUID.test(value)) return new Map();
  if (!isRecord(value)) return value === null || value === undefined ? new Map() : new Map([[path, textOf(value)]]);
  const members = Object.entries(value).slice(0, MOST_DIFFERENCES);
  return new Map(
    members.flatMap(([name, member]) => {
      const at = path === '' ? name : `${path}.${name}`;
      return isRecord(member) && path !== '' ? [[at, textOf(member)] as const] : [...flat(member, at)];
    }),
  );
}

/** Codes of the program with blanks, so that they are read as words. */
function textOf(value: unknown): string {
  const isList = Array.isArray(value) && value.every((each) => typeof each === 'string');
  const written = isList ? value.join(', ') : typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const text = written.replaceAll(/(?<=[a-z])_(?=[a-z])/g, ' ');
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
