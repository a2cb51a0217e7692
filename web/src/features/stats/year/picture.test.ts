import { expect, it } from 'vitest';

import { picture, SIZES } from './picture';

const inks = { paper: '#fff', ink: '#000', ink2: '#333', line: '#ccc', accent: '#b00' };
const text = {
  year: 2024,
  title: 'Il mio anno <al cinema>',
  figures: [{ value: '191', label: 'film' }],
  facts: [{ label: 'La regia', value: 'Straub & Huillet' }],
  months: Array.from({ length: 12 }, (_, i) => ({ label: 'G', value: i })),
};

it.each(['tall', 'wide'] as const)('draws a well-formed %s picture of its size', (shape) => {
  const drawn = new DOMParser().parseFromString(
    picture(shape, text, inks, ['<rect width="200" height="300"/>']),
    'image/svg+xml',
  );
  expect(drawn.querySelector('parsererror')).toBeNull();
  expect(drawn.documentElement.getAttribute('width')).toBe(String(SIZES[shape].width));
  expect(drawn.documentElement.textContent).toContain('Straub & Huillet');
});

it('keeps its months inside the picture when there is no poster and no fact', () => {
  const drawn = picture('tall', { ...text, facts: [] }, inks, []);
  expect(drawn).not.toMatch(/(height|width)="-/);
});
