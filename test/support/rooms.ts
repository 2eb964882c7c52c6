/** The most files that stand in a room. */
export const MOST_FILES = 25;
/** The most of the lines of src/ that an outermost room holds with all rooms inside, in percent. */
export const MOST_SHARE = 12;
/** Outermost rooms that may hold more. */
export const LARGER_SHARES: Readonly<Record<string, number>> = { pages: 30 };

/**
 * The room of a file of `src/`, as docs/ARCHITECTURE.md defines it: the folder that it stands in, such as
 * `pages/find`; empty for files of `src/` itself. Of a file of `test/` it is the room that its folder mirrors.
 */
export function roomOf(path: string): string {
  return path.split('/').slice(1, -1).join('/');
}

/** The outermost room around a file of `src/`, such as `http`: its layer holds for every room inside. */
export function outermostRoomOf(path: string): string {
  return roomOf(path).split('/')[0] ?? '';
}
