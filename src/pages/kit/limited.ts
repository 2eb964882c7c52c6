import { Problem } from '../../domain/errors.ts';

/** The code of `limitedHere`, which only pages have: the API calls every 403 `forbidden`. */
export const LIMITED = 'limited-to-departments';

/** Refusal of somebody whose role would do, but who is limited to departments: it concerns all of them. */
export function limitedHere(): Problem {
  return new Problem(403, LIMITED, 'This needs an account for the whole authority.');
}
