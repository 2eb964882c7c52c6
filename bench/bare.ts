import { createServer } from 'node:http';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/**
 * What any process like ours does at its start, and no more: it listens, and where DATA_DIR says so makes an empty
 * embedded database before.
 */
const { DATA_DIR, PORT } = process.env;
if (DATA_DIR) await PGlite.create({ dataDir: join(DATA_DIR, 'database') });
createServer((_request, response) => response.end('ready')).listen(Number(PORT), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
