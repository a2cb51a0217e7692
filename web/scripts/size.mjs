// How much script the home page loads first, compressed; fails over the budget.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 200_000;
const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const first = ['index.html', 'src/app/screens/HomeScreen.tsx', 'src/lib/i18n/en.ts'];

const files = new Set();
function add(key) {
  const chunk = manifest[key];
  if (!chunk) throw new Error(`The build has no ${key}.`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  chunk.imports?.forEach(add);
}
first.forEach(add);

let sum = 0;
for (const file of [...files].filter((name) => name.endsWith('.js'))) {
  const bytes = gzipSync(readFileSync(new URL(file, dist))).length;
  sum += bytes;
  console.log(`${String(bytes).padStart(8)}  ${file}`);
}
console.log(`${String(sum).padStart(8)}  in all; ${BUDGET} are allowed`);
if (sum > BUDGET) process.exit(1);
