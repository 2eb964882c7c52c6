import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { nodeErrorCode, unusableDataFolder } from '../domain/errors.ts';

/** Reads the administrator's token from DATA_DIR, or generates it. */
export function readGeneratedAdminToken(dataDir: string): { value: string; isNew: boolean } {
  return readOrMake(dataDir, 'admin-token', () => `adm_${randomBytes(24).toString('base64url')}`);
}

/**
 * Reads the value of EASYSMS_ENCRYPTION_KEYS from DATA_DIR, or generates it. Without these keys the database can't be
 * decrypted.
 */
export function readGeneratedKeys(dataDir: string): string {
  // The random id distinguishes keys of different databases.
  return readOrMake(
    dataDir,
    'encryption-keys',
    () => `k${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`,
  ).value;
}

/** @throws StartError for a folder that can't be read or written */
function readOrMake(dataDir: string, name: string, make: () => string): { value: string; isNew: boolean } {
  try {
    return readOrMakeIn(dataDir, name, make);
  } catch (error) {
    throw unusableDataFolder(resolve(dataDir), error);
  }
}

function readOrMakeIn(dataDir: string, name: string, make: () => string): { value: string; isNew: boolean } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, name);
  const found = read(path);
  if (found !== null) return { value: found, isNew: false };
  // The secret is written under another name first, then linked: an interrupted start leaves no incomplete key, and of
  // two starts at once one wins.
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, `${make()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  const isNew = tryLink(draft, path);
  unlinkSync(draft);
  return { value: read(path) ?? '', isNew };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (nodeErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (nodeErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
}
