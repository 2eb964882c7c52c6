import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { Problem } from '../../src/domain/errors.ts';
import { parseJsonText, pointerStep } from '../../src/domain/json.ts';

function refusalOf(text: string): Problem {
  try {
    parseJsonText(text);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  throw new Error('accepted');
}

it('JSON is parsed as the language does', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 10 }), fc.constantFrom(0, 2), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), null, indent);
      expect(parseJsonText(spaced)).toEqual(JSON.parse(spaced));
    }),
  );
  const found = parseJsonText('{"a\\"b\\\\":"c:{[","__proto__":{"x":1},"":[":",{}]}');
  expect(found).toEqual(JSON.parse('{"a\\"b\\\\":"c:{[","__proto__":{"x":1},"":[":",{}]}'));
});

test.each(['', '{', '{"a"', '{"a:1}', '"\\', '[1,]', '}}', '{"a":1}}', '{a:1}'])('%j is no JSON', (text) => {
  expect(() => parseJsonText(text)).toThrow(SyntaxError);
});

it('64 levels are parsed and more are refused, however many', () => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  expect(parseJsonText(nested(64))).toBeInstanceOf(Array);
  expect(refusalOf(nested(65))).toMatchObject({ status: 400, code: 'too-deep' });
  const found = refusalOf('{"a":'.repeat(100_000)).message;
  expect(found).toBe('JSON may be nested 64 deep; this goes deeper at character 321.');
});

test.each([
  ['{"a":1,"a":2}', '/a'],
  ['{"a":1,"\\u0061":2}', '/a'],
  ['[{"a":{}},{"b":["x",{"c" : 1 , "d":{"c":1}, "c":3}]}]', '/1/b/1/c'],
  ['{"a/b~":{"":1,"":1}}', '/a~1b~0/'],
  ['{"20123456":1,"20123456":1}', '/*'],
  ['{"__proto__":1,"__proto__":1}', '/__proto__'],
  ['{"a":{"b":1},"c":{"b":1,"b":1}}', '/c/b'],
])('%s names a key twice', (text, pointer) => {
  expect(refusalOf(text)).toMatchObject({ status: 400, code: 'repeated-key', faults: [{ pointer }] });
});

it('10,000 different keys are parsed, however often each comes, and more are refused', () => {
  const named = (count: number) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, n])));
  const often = `[${Array(5).fill(named(10_000)).join(',')}]`;
  expect(parseJsonText(often)).toHaveLength(5);
  for (const text of [named(10_001), `[${named(5_000)},${named(10_001)}]`])
    expect(refusalOf(text)).toMatchObject({ status: 400, code: 'too-many-keys', faults: [{ code: 'too_many_keys' }] });
});

it('50,000 objects and lists are parsed, in each other or not, and more are refused', () => {
  const lists = (count: number) =>
    `[${Array(count - 1)
      .fill('[]')
      .join(',')}]`;
  expect(parseJsonText(lists(50_000))).toHaveLength(49_999);
  const nested = `[${Array(2_000)
    .fill(`${'{"a":'.repeat(50)}0${'}'.repeat(50)}`)
    .join(',')}]`;
  for (const text of [lists(50_001), nested])
    expect(refusalOf(text)).toMatchObject({
      status: 400,
      code: 'too-many-objects',
      faults: [{ code: 'too_many_objects' }],
    });
});

it('one repeated key is found anywhere in any object', () => {
  const objects = fc.array(
    fc.dictionary(
      fc.string(),
      fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text)),
      { minKeys: 1 },
    ),
    { minLength: 1 },
  );
  fc.assert(
    fc.property(objects, fc.nat(), (list, which) => {
      const chosen = which % list.length;
      const texts = list.map((object, at) => {
        const text = JSON.stringify(object);
        const [key = ''] = Object.keys(object);
        return at === chosen ? `${text.slice(0, -1)},${JSON.stringify(key)}:0}` : text;
      });
      expect(refusalOf(`[${texts.join()}]`).faults[0]?.pointer).toMatch(new RegExp(`^/${chosen}/`));
    }),
  );
});

it('a key in a fault is not repeated where it may be a number, in whatever digits', () => {
  for (const number of ['20123456', '٢٠١٢٣٤٥٦', '②⓪①②③④⑤⑥', '²⁰¹²³⁴⁵⁶']) expect(pointerStep(`x${number}`)).toBe('/*');
  expect(pointerStep('x12345')).toBe('/x12345');
});
