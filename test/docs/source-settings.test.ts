import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { SOURCE_DEFAULTS } from '../../src/domain/authority.ts';
import { sourceSettings } from '../../src/http/schemas/source.ts';

const guide = readFileSync(new URL('../../docs/integrators.md', import.meta.url), 'utf8');

/** The rows of the table of settings: one may be about several. */
function rows(): Map<string, string> {
  const [, part = ''] = guide.split('## Settings of a source\n');
  const table = /^\| setting \| default \| meaning \|\n\|[-|]+\n((?:\|.*\n)+)/m.exec(part)?.[1] ?? '';
  const cells = table
    .trim()
    .split('\n')
    .map((row) => row.split('|').map((cell) => cell.trim()));
  return new Map(
    cells.flatMap(([, names = '', initial = '']) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name = '']): [string, string] => [name, initial]),
    ),
  );
}

it('the table of settings of a booking system in docs/integrators.md has each of them, with its default', () => {
  const { name: _, ...settings } = sourceSettings.shape;
  const written = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const defaults = Object.keys(settings).map((name): [string, string] => {
    const value: unknown = Reflect.get(SOURCE_DEFAULTS, name) ?? null;
    return [name, value === null ? 'none' : `\`${written(value)}\``];
  });
  expect(new Map([...rows()].sort())).toEqual(new Map(defaults.sort()));
});
