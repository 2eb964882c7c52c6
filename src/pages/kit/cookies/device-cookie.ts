import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { addToDevice, DEVICE_MS, MOST_PEOPLE } from '../../../accounts/people/devices.ts';
import type { HttpEnv } from '../../../http/env.ts';
import type { CurrentTime, DatabaseAccess, KeyringAccess } from '../../../runtime/deps.ts';
import { cookieOptions, prefixOf } from './cookies.ts';

const NAME = 'easysms-device';
const BETWEEN = '~';

interface DeviceCookieDeps extends DatabaseAccess, KeyringAccess, CurrentTime {
  readonly publicUrl: string;
}

/** The tokens of those who signed in on this browser lately, as it has them. */
export function devicesIn(c: Context<HttpEnv>, deps: Pick<DeviceCookieDeps, 'publicUrl'>): readonly string[] {
  return (getCookie(c, NAME, prefixOf(deps)) ?? '').split(BETWEEN, MOST_PEOPLE);
}

/** Makes the browser one that this person has signed in on. */
export async function rememberDevice(
  c: Context<HttpEnv>,
  deps: DeviceCookieDeps,
  who: { readonly personId: string; readonly secondFactor: boolean },
): Promise<void> {
  const tokens = await addToDevice(deps, who, devicesIn(c, deps), deps.now());
  if (tokens) setCookie(c, NAME, tokens.join(BETWEEN), { ...cookieOptions(deps), maxAge: DEVICE_MS / 1000 });
}
