import type { KeyringAccess, Metering } from '../runtime/deps.ts';
import { SEALED } from './reencrypt.sql.ts';

/**
 * Has everything counted that can't be opened, by its table, wherever it is read. What browsers keep for us (forms,
 * cookies, places in lists) is no row: anybody may send another one.
 */
export function countUnreadable({ keyring, metrics }: KeyringAccess & Metering): void {
  const tables = new Map(SEALED.map(({ label, table }) => [label, table]));
  // Prometheus sees no increase in a counter that appears.
  for (const table of tables.values()) metrics.unreadable.inc({ table }, 0);
  keyring.cipher.onUnreadable = (column) => {
    const table = tables.get(column);
    if (table) metrics.unreadable.inc({ table });
  };
}
