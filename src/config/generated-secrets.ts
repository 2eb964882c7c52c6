import { randomBytes, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** @returns the administrator's token that DATA_DIR holds, made now if there is none */
export function readGeneratedAdminToken(dataDir: string): { value: string; isNew: boolean } {
  return readOrMake(dataDir, 'admin-token', () => `adm_${randomBytes(24).toString('base64url')}`);
}

/**
 * @returns what EASYSMS_ENCRYPTION_KEYS would hold; made now if DATA_DIR has none. Without it the database can't be
 * read.
 */
export function readGeneratedKeys(dataDir: string): string {
  // The id tells keys apart that were made for different databases.
  return readOrMake(
    dataDir,
    'encryption-keys',
    () => `k${randomBytes(4).toString('hex')}:${randomBytes(32).toString('base64')}`,
  ).value;
}

function readOrMake(dataDir: string, name: string, make: () => string): { value: string; isNew: boolean } {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, name);
  const found = read(path);
  if (found !== null) return { value: found, isNew: false };
  // Written whole under another name first: a start that is cut short leaves no half of a key, and of two starts one
  // wins.
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
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    throw error;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
