import { describe, it } from 'vitest';
import { Problem } from '../../../src/domain/errors.ts';
import { expectLinear, MOST_WHERE_KEPT, TIMES } from '../../support/growth.ts';
import { LARGE_MESSAGES } from './large.ts';
import { read } from './reading.ts';

function tryReading(body: unknown): void {
  try {
    read(body, { allowContactPhone: 'guardian', departmentFrom: 'serviceCategory', fhirBaseUrl: 'https://f.example' });
  } catch (error) {
    if (!(error instanceof Problem && error.status === 422)) throw error;
  }
}

describe('a large message', () => {
  it.each(LARGE_MESSAGES)('%s takes time in proportion to its length', (_, bodyOf) => {
    const part = (k: number) => {
      const text = JSON.stringify(bodyOf(k));
      return { input: JSON.parse(text) as unknown, size: text.length };
    };
    expectLinear(part(1 / TIMES), part(1), tryReading, MOST_WHERE_KEPT);
  });
});
