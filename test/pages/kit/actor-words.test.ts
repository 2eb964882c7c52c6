import { expect, it } from 'vitest';
import { actorText } from '../../../src/pages/kit/actor-words.ts';

it.each([
  ['key:esk_1f2e3d4c Øreafdelingens nøgle', 'API-nøglen Øreafdelingens nøgle'],
  ['key:21 Øre-, næse- og halskirurgisk', 'API-nøglen 21 Øre-, næse- og halskirurgisk'],
  ['key:Statistik', 'API-nøglen Statistik'],
])('%s is shown with the whole name of the key, and without its prefix', (actor, shown) => {
  expect(actorText(actor, 'da')).toBe(shown);
});
