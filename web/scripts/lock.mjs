// Takes the sponsors' addresses out of the lock file: it names versions and hashes, no address.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const entry of Object.values(lock.packages)) {
  delete entry.funding;
  delete entry.resolved;
}
const text = JSON.stringify(lock, null, 2) + '\n';
if (text.includes('://')) {
  console.error('package-lock.json still names an address.');
  process.exit(1);
}
writeFileSync(file, text);
