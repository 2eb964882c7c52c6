import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, it } from 'vitest';
import { browserMissing, danishMissing } from '../support/browser.ts';
import { openHeldReminders, type Use } from './in-use.ts';
import { AUTHORITY } from './scene.ts';
import { CHANGING_USES } from './set-up-in-use.ts';
import { type Look, openStage, type Stage, type Viewer } from './stage.ts';
import { type Address, addressesOf } from './walk.ts';

/** The whole of `npm run shots`: every page in both languages, light and dark, on phones and on a desk. */
const FOLDER = process.env.EASYSMS_SHOTS ?? 'shots';
/** Pages whose names begin with one of these, commas between; empty: all. */
const ONLY = (process.env.EASYSMS_SHOTS_ONLY ?? '').split(',');
/** Widths in pixels, commas between. */
const WIDTHS = (process.env.EASYSMS_SHOTS_WIDTHS ?? '320,390,1280').split(',').map(Number);
/** A picture that the documents show. */
interface Documented extends Pick<Use, 'act'> {
  /** Pixels of the page from the top. */
  readonly height: number;
}
/** Pictures that the documents show, by the name of the page. */
const DOCUMENTED: Readonly<Record<Address['name'], Documented>> = {
  'to-do': { height: 900 },
  replies: { height: 900, act: openHeldReminders },
  'find-appointment': { height: 900 },
  'texts-name': { height: 900 },
  rules: { height: 900 },
  statistics: { height: 900 },
  citizens: { height: 700 },
  'set-up-people': { height: 900 },
};
const DOCUMENTS = 'docs/pictures';
const DOCUMENT_WIDTH = 1280;
/** A limit against hanging only: some 1,300 pictures take four minutes on a quiet machine. */
const LONGEST_MS = 30 * 60_000;

const LOOKS = (['da', 'en'] as const).flatMap((language) =>
  (['light', 'dark'] as const).flatMap((scheme) => WIDTHS.map((width): Look => ({ language, scheme, width }))),
);

let stage: Stage;
beforeAll(async () => {
  if (browserMissing) throw new Error(browserMissing);
  for (const folder of [FOLDER, DOCUMENTS]) mkdirSync(folder, { recursive: true });
  stage = await openStage();
});
afterAll(() => stage?.close());

const wanted = ({ name }: { readonly name: string }) => ONLY.some((begin) => name.startsWith(begin));

/** @param part the top of the page in pixels; left out: the whole page */
async function take(
  viewer: Viewer,
  file: string,
  use: Use,
  part?: { readonly width: number; readonly height: number },
): Promise<void> {
  const page = await viewer.show(use);
  await page.screenshot({ path: file, fullPage: true, ...(part && { clip: { x: 0, y: 0, ...part } }) });
}

// First, since taking the pictures of a page in use leaves people and keys behind.
it(
  'the documents have their pictures, of pages as most people see them: without those of the installation',
  async () => {
    if (danishMissing) throw new Error(danishMissing);
    const { client } = stage.scene.people.administrator;
    for (const language of ['da', 'en'] as const) {
      const viewer = stage.view({ language, scheme: 'light', width: DOCUMENT_WIDTH });
      for (const { name, path } of addressesOf(stage.scene).filter(wanted)) {
        const shown = DOCUMENTED[name];
        if (!shown) continue;
        const { height, ...act } = shown;
        const use = { name, path: `${path}?authority=${AUTHORITY}`, client, ...act };
        await take(viewer, `${DOCUMENTS}/${name}-${language}.png`, use, { width: DOCUMENT_WIDTH, height });
      }
      await viewer.close();
    }
  },
  LONGEST_MS,
);

it(
  'every page has its pictures',
  async () => {
    const plain = addressesOf(stage.scene).map(({ name, path }) => ({ name, path: `${path}?authority=${AUTHORITY}` }));
    await takeAll([...plain, ...stage.uses].filter(wanted));
    await takeAll(CHANGING_USES.filter(wanted));
  },
  LONGEST_MS,
);

async function takeAll(uses: readonly Use[]): Promise<void> {
  for (const look of LOOKS) {
    const viewer = stage.view(look);
    for (const use of uses) {
      const file = `${use.name}-${look.language}-${look.width}-${look.scheme}.png`;
      await take(viewer, `${FOLDER}/${file}`, use);
    }
    await viewer.close();
  }
}
