import { expect, it } from 'vitest';
import { inDanish } from '../../../src/formats/csv/danish.ts';
import { sourceFiles } from '../../support/source-files.ts';

it('each code that a file is refused with is explained in Danish', () => {
  const codes = sourceFiles('src/formats/csv').flatMap(({ text }) =>
    [...text.matchAll(/fault\([^,]+, '([a-z_]+)'|refusal\('([a-z_]+)'|code: '([a-z_]+)'/g)].map(
      ([, a, b, c]) => a ?? b ?? c ?? '',
    ),
  );
  expect(codes.length).toBeGreaterThan(15);
  const unexplained = [...new Set(codes)].filter((code) => inDanish({ code, detail: '' }).detail === '');
  expect(unexplained).toEqual([]);
});
