import { parseSync } from 'oxc-parser';
import { expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly declaration?: Node | null;
  readonly declarations?: readonly { readonly id: { readonly name: string } }[];
  readonly id?: { readonly name: string } | null;
  readonly body?: { readonly body: readonly Member[] };
}

interface Member extends Node {
  readonly kind: string;
  readonly accessibility?: string | null;
  readonly key: { readonly type: string; readonly name: string };
}

/** Something that other files can use, with the first words of its doc comment; null: it has none. */
interface Documented {
  readonly place: string;
  readonly doc: string | null;
}

/** What a file exports, and the public methods of its exported classes. A constructor is told of by its class. */
function documented({ path, text }: Pick<SourceFile, 'path' | 'text'>): Documented[] {
  const { program, comments } = parseSync(path, text);
  const docs = comments.filter(({ type, value }) => type === 'Block' && value.startsWith('*'));
  const docOf = (start: number): string | null => {
    const last = docs.findLast(({ end }) => end <= start);
    if (!last || text.slice(last.end, start).trim() !== '') return null;
    return last.value.replaceAll(/^[\s*]+/gm, ' ').trim();
  };
  return (program.body as unknown as readonly Node[]).flatMap(({ type, start, declaration }, index, all) => {
    // The body of a function with overloads has a signature that nobody sees.
    const isOverloaded = all[index - 1]?.declaration?.type === 'TSDeclareFunction';
    if (!type.startsWith('Export') || !declaration || (isOverloaded && declaration.type !== 'TSDeclareFunction'))
      return [];
    const { id, declarations, body } = declaration;
    const name = id?.name ?? declarations?.[0]?.id.name ?? '';
    const methods = declaration.type === 'ClassDeclaration' ? (body?.body ?? []).filter(isPublicMethod) : [];
    return [
      { place: `${path}: ${name}`, doc: docOf(start) },
      ...methods.map((method) => ({ place: `${path}: ${name}.${method.key.name}`, doc: docOf(method.start) })),
    ];
  });
}

function isPublicMethod({ type, kind, accessibility, key }: Member): boolean {
  const isPrivate = key.type === 'PrivateIdentifier' || (accessibility ?? 'public') !== 'public';
  return type === 'MethodDefinition' && kind !== 'constructor' && !isPrivate;
}

/** Openings that leave out what the comment is about. */
const ELLIPTICAL =
  /^(?:@|(?:That|Those|Of|Whoever|What|Whose|Whether|Which|By|To be|So|Like|Never throws|null:?|undefined) )/;

it('everything that is exported has a doc comment, and so has every public method', () => {
  const all = sourceFiles('src').flatMap(documented);
  expect(all.length).toBeGreaterThan(2_500);
  expect(all.filter(({ doc }) => !doc).map(({ place }) => place)).toEqual([]);
});

it('a doc comment begins with what it is about: no tag, and no opening that leaves it out', () => {
  const wrong = sourceFiles('src')
    .flatMap(documented)
    .flatMap(({ place, doc }) => (doc !== null && ELLIPTICAL.test(doc) ? [`${place}: ${doc}`] : []));
  expect(wrong).toEqual([]);
});

it('what has no doc comment is seen: an overload and a public method too', () => {
  const text = `
    /** Reads. */
    export function read(): void;
    export function read(all: boolean): void;
    export function read(all?: boolean): void {}
    /** Keeps. */
    export class Keeper {
      constructor() {}
      /** @returns the last one */
      last() {}
      first() {}
      #own() {}
    }`;
  expect(documented({ path: 'a.ts', text })).toEqual([
    { place: 'a.ts: read', doc: 'Reads.' },
    { place: 'a.ts: read', doc: null },
    { place: 'a.ts: Keeper', doc: 'Keeps.' },
    { place: 'a.ts: Keeper.last', doc: '@returns the last one' },
    { place: 'a.ts: Keeper.first', doc: null },
  ]);
  expect(ELLIPTICAL.test('@returns the last one')).toBe(true);
  expect(ELLIPTICAL.test('Finds the last one.')).toBe(false);
});
