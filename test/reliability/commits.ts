import { spawnSync } from 'node:child_process';

/** The last commit before the hand-over of the first release was replaced by look, start and settle. */
const LAST_BEFORE_REDESIGN = '74eb057d^';

/** What has to be known about the commit of a run, in words behind its name; empty for one of the present design. */
export function remarkOn(commit: string): string {
  const [name = ''] = commit.split(' ');
  if (isIn(name, LAST_BEFORE_REDESIGN)) return ' (**before the redesign**)';
  return isIn(name, 'HEAD') ? '' : ' (rebased since, and not in this history)';
}

/** Whether a commit is in the history of another. */
function isIn(commit: string, other: string): boolean {
  return spawnSync('git', ['merge-base', '--is-ancestor', commit, other]).status === 0;
}
