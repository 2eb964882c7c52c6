import { parseSync } from 'oxc-parser';
import { expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from '../support/source-files.ts';

interface Declaration {
  readonly type: string;
  readonly id?: { readonly name: string } | null;
  readonly declarations?: readonly { readonly id: { readonly name: string } }[];
}

/** A name that a file declares, for other files to import or for itself. */
interface DeclaredName {
  readonly name: string;
  readonly path: string;
  readonly isType: boolean;
  readonly isExported: boolean;
}

const TYPES = ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration', 'TSEnumDeclaration', 'ClassDeclaration'];

/** Names that a file declares outside of functions; a name that it passes on belongs to the file that declares it. */
function declaredNames({ path, text }: Pick<SourceFile, 'path' | 'text'>): DeclaredName[] {
  const { program } = parseSync(path, text);
  return (program.body as unknown as readonly (Declaration & { readonly declaration?: Declaration | null })[]).flatMap(
    (statement) => {
      const isExported = statement.type.startsWith('Export');
      const declaration = isExported ? statement.declaration : statement;
      const ids = declaration?.declarations?.map(({ id }) => id) ?? [declaration?.id];
      const isType = TYPES.includes(declaration?.type ?? '');
      return ids.flatMap((id) => (id?.name ? [{ name: id.name, path, isType, isExported }] : []));
    },
  );
}

/** A name that several files give to something, with these files. */
interface SharedName {
  readonly name: string;
  readonly paths: readonly string[];
}

function sharedNames(names: readonly DeclaredName[]): SharedName[] {
  const files = new Map<string, Set<string>>();
  for (const { name, path } of names) files.set(name, (files.get(name) ?? new Set()).add(path));
  return [...files].filter(([, paths]) => paths.size > 1).map(([name, paths]) => ({ name, paths: [...paths].sort() }));
}

const told = (shared: readonly SharedName[]) => shared.map(({ name, paths }) => `${name}: ${paths.join(' ')}`);

/**
 * Files that do the same for one format or supplier each, which the first group names: a part that all of them have
 * bears one name.
 */
const ALTERNATIVES: readonly RegExp[] = [/^src\/formats\/(csv|fhir|hl7v2|json)\//];

/** True where each of the files is of another alternative. */
function areAlternatives({ paths }: SharedName, alternatives: RegExp): boolean {
  const which = paths.flatMap((path) => alternatives.exec(path)?.[1] ?? []);
  return which.length === paths.length && new Set(which).size === paths.length;
}

const declared = sourceFiles('src').flatMap(declaredNames);
const names = declared.filter(({ isExported }) => isExported);
const types = names.filter(({ isType }) => isType);
/** Each page has parts of its own (its routes, its forms, its words), which are told apart by the page. */
const isOfPage = ({ path }: Pick<DeclaredName, 'path'>): boolean => path.startsWith('src/pages/');
/** A component of a page may have the name of the type that it shows. */
const isComponent = (each: DeclaredName): boolean =>
  !each.isType && isOfPage(each) && each.path.endsWith('.tsx') && /^[A-Z][a-z]/.test(each.name);

/** The names that stand for several things, but those that only pages share, and components named after a type. */
function ambiguousNames(all: readonly DeclaredName[]): SharedName[] {
  const typeNames = new Set(all.flatMap(({ name, isType }) => (isType ? [name] : [])));
  const distinct = all.filter((each) => !(isComponent(each) && typeNames.has(each.name)));
  return sharedNames(distinct).filter(({ paths }) => !paths.every((path) => isOfPage({ path })));
}

it('the name of an exported type stands for one type', () => {
  expect(types.length).toBeGreaterThan(800);
  expect(told(sharedNames(types))).toEqual([]);
});

it('a file, but that of a page, names no type of its own as another file names one that it exports', () => {
  const exported = new Set(types.map(({ name }) => name));
  const own = declared.filter((each) => each.isType && !each.isExported && !isOfPage(each));
  expect(own.length).toBeGreaterThan(200);
  expect(own.filter(({ name }) => exported.has(name)).map(({ name, path }) => `${name}: ${path}`)).toEqual([]);
});

it('the name of an exported function or constant stands for one thing, but among pages and in alternatives', () => {
  const shared = ambiguousNames(names);
  const isException = (each: SharedName) => ALTERNATIVES.some((files) => areAlternatives(each, files));
  expect(names.length - types.length).toBeGreaterThan(1_500);
  expect(told(shared.filter((each) => !isException(each)))).toEqual([]);
  // An exception that nothing needs any more goes.
  expect(ALTERNATIVES.filter((files) => !shared.some((each) => areAlternatives(each, files)))).toEqual([]);
});

it('what pages share among themselves is told as soon as something else has its name', () => {
  const [one, other] = ['src/pages/find/index.tsx', 'src/pages/todo/index.tsx'];
  const inFile = (path: string, text: string) => declaredNames({ path, text });
  const ofPages = [...inFile(one, 'export const read = 1;'), ...inFile(other, 'export const read = 2;')];
  expect(ambiguousNames(ofPages)).toEqual([]);
  const outside = inFile('src/http/schemas/text.ts', 'export const read = 3;');
  expect(told(ambiguousNames([...ofPages, ...outside]))).toEqual([`read: src/http/schemas/text.ts ${one} ${other}`]);
  const component = inFile(one, 'export function Fault() {}');
  const [shown, made] = ['export interface Fault {}', 'export const Fault = 1;'];
  expect(ambiguousNames([...component, ...inFile('src/domain/errors.ts', shown)])).toEqual([]);
  expect(ambiguousNames([...component, ...inFile('src/domain/errors.ts', made)])).toHaveLength(1);
});

it('the rule sees types, classes, functions and constants, and counts overloads and what is passed on once', () => {
  const text = `
    export type { Passed } from './b.ts';
    export interface Part { a: 1 }
    export type Place = string;
    export class Lane {}
    export function read(): void;
    export function read(all?: boolean): void {}
    export const FIRST = 1, LAST = 2;
    type Own = 1;`;
  const all = declaredNames({ path: 'a.ts', text });
  const found = all.filter(({ isExported }) => isExported);
  expect(all.filter(({ isExported }) => !isExported).map(({ name }) => name)).toEqual(['Own']);
  expect(found.filter(({ isType }) => isType).map(({ name }) => name)).toEqual(['Part', 'Place', 'Lane']);
  expect(found.filter(({ isType }) => !isType).map(({ name }) => name)).toEqual(['read', 'read', 'FIRST', 'LAST']);
  expect(sharedNames(found)).toEqual([]);
  expect(told(sharedNames([...found, ...declaredNames({ path: 'b.ts', text: 'export const Part = 1;' })]))).toEqual([
    'Part: a.ts b.ts',
  ]);
});

it.each([
  [['src/formats/csv/values.ts', 'src/formats/fhir/place.ts'], true],
  [['src/formats/fhir/patient.ts', 'src/formats/fhir/place.ts'], false],
  [['src/formats/csv/values.ts', 'src/formats/language.ts'], false],
  [['src/formats/csv/values.ts', 'src/gateways/reading.ts'], false],
])('files that do the same for two formats may share a name: %j: %s', (paths, may) => {
  expect(ALTERNATIVES.some((files) => areAlternatives({ name: 'read', paths }, files))).toBe(may);
});
