import { afterAll, beforeAll, describe } from 'vitest';
import { openScene, type Scene } from '../shots/scene.ts';
import { type Browsing, browserMissing, startBrowsing } from './browser.ts';

/** An installation as it is after a month of use, with browsers before it; both are there once a test runs. */
export interface BrowsedScene extends Pick<Browsing, 'visit'> {
  readonly scene: Scene;
}

/** A block of tests of one such installation, which is skipped, and says so, where there is no browser. */
export function describeInBrowser(name: string, tests: (site: BrowsedScene) => void): void {
  if (browserMissing) console.warn(browserMissing);
  describe.skipIf(browserMissing !== null)(name, () => {
    let scene: Scene;
    let browsing: Browsing;
    beforeAll(async () => {
      scene = await openScene();
      browsing = await startBrowsing(() => scene.test.app);
    });
    afterAll(async () => {
      await browsing.close();
      await scene.close();
    });
    tests({
      get scene() {
        return scene;
      },
      visit: (options) => browsing.visit(options),
    });
  });
}
