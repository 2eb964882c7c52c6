/** A process of its own that takes the data folder named by its argument, says so, and keeps it until it is ended. */
import { lockDataFolder } from '../../src/database/pglite.ts';

const [folder] = process.argv.slice(2);
try {
  const lock = await lockDataFolder(folder ?? '');
  console.log('locked');
  process.stdin.once('data', () => {
    lock.release();
    console.log('released');
  });
} catch (error) {
  console.log(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
