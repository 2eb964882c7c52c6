import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Use } from '../shots/in-use.ts';
import { CHANGING_USES } from '../shots/set-up-in-use.ts';
import { type Look, openStage, type Stage, type Viewer } from '../shots/stage.ts';
import { browserMissing, darkViolations, violations } from '../support/browser.ts';

/** A limit against hanging only: on a quiet machine these take two minutes, on a busy one seven. */
const LONGEST_MS = 20 * 60_000;

if (browserMissing) console.warn(browserMissing);

describe.skipIf(browserMissing !== null)('the pages in every state that is pictured', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage?.close());

  /** Looks at one page. @returns what axe finds, or why the page can't be brought into this state */
  async function faultsOf(viewer: Viewer, use: Use): Promise<string[]> {
    try {
      const page = await viewer.show(use);
      return [...(await violations(page)), ...(await darkViolations(page))];
    } catch (error) {
      return [String(error)];
    }
  }

  async function walk(uses: readonly Use[], look: Look): Promise<string[]> {
    // Axe is a script, which the pages' own policy lets nobody put in.
    const viewer = stage.view(look, { bypassCSP: true });
    const faults: string[] = [];
    for (const use of uses) faults.push(...(await faultsOf(viewer, use)).map((each) => `${use.name}: ${each}`));
    await viewer.close();
    return faults;
  }

  const looks: readonly [string, Look][] = [
    ['in Danish on a phone', { language: 'da', scheme: 'light', width: 390 }],
    ['in English on a desk', { language: 'en', scheme: 'light', width: 1280 }],
  ];

  it.each(looks)(
    'are accessible, light and dark, with faults and for those who may less: %s',
    async (_, look) => {
      // Printed pages have no controls, and the colours of paper.
      const uses = stage.uses.filter(({ print }) => !print);
      expect(uses.length).toBeGreaterThan(100);
      expect(await walk(uses, look)).toEqual([]);
    },
    LONGEST_MS,
  );

  // After the others, since it leaves people and keys behind, and a supplier that is out.
  it.each(looks)(
    'are accessible, light and dark, once their forms were sent: %s',
    async (_, look) => expect(await walk(CHANGING_USES, look)).toEqual([]),
    LONGEST_MS,
  );
});
