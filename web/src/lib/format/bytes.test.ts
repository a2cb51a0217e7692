import { expect, it } from 'vitest';
import { bytesIn } from './bytes';

it.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [1_240, '1.2 kB'],
  [21_400_000, '21 MB'],
  [3_200_000_000, '3.2 GB'],
])('%d bytes are %s', (bytes, shown) => {
  expect(bytesIn('en-GB', bytes).replace(/\s/g, ' ')).toBe(shown);
});

it('uses the comma of the language', () => {
  expect(bytesIn('it-IT', 1_240_000).replace(/\s/g, ' ')).toBe('1,2 MB');
});
