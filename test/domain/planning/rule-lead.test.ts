import { expect, it } from 'vitest';
import { faultOfLead } from '../../../src/domain/planning/planning.ts';

it.each([
  [{ lead: 'P1D' }, null],
  [{ lead: 'PT1M' }, null],
  [{ lead: 'P0D', at: '07:00' }, null],
  [{ lead: 'P0D' }, 'no_lead'],
  [{ lead: 'PT0S' }, 'no_lead'],
  [{ lead: 'no duration' }, null],
])('a reminder must go before the start: %j', (rule, code) => {
  expect(faultOfLead(rule)?.code ?? null).toBe(code);
});
