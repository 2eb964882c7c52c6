/** A process of its own that reads the settings from its environment and prints the administrator's token. */
import { readConfig } from '../../src/config/config.ts';

console.log(readConfig(process.env).adminToken);
