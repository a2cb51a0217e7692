import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { draw } from '@/testing/render';
import { StarRating, starsAt, starsByKey } from './StarRating';

describe('stars', () => {
  it.each([
    [0, 0.5],
    [9, 0.5],
    [11, 1],
    [50, 2.5],
    [99, 5],
    [140, 5],
    [-5, 0.5],
  ])('a finger at %d of 100 means %d', (offset, stars) => {
    expect(starsAt(offset, 100)).toBe(stars);
  });

  it('go by halves with the arrows, away under a half, and by the digits', () => {
    expect(starsByKey('ArrowRight', null)).toBe(0.5);
    expect(starsByKey('ArrowRight', 5)).toBe(5);
    expect(starsByKey('ArrowLeft', 0.5)).toBeNull();
    expect(starsByKey('4', 1)).toBe(4);
    expect(starsByKey('Delete', 3)).toBeNull();
    expect(starsByKey('x', 3)).toBeUndefined();
  });

  it('are a slider that says its value, and send once when the keys rest', async () => {
    const onRate = vi.fn();
    await draw(<StarRating value={3} onRate={onRate} />);
    const slider = screen.getByRole('slider', { name: 'Your rating' });
    expect(slider).toHaveAttribute('aria-valuetext', '3.0 out of 5');
    slider.focus();
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{Enter}');
    expect(onRate).toHaveBeenCalledExactlyOnceWith(4.5);
  });

  it('send what the keys chose when the hand goes elsewhere', async () => {
    const onRate = vi.fn();
    await draw(<StarRating value={null} onRate={onRate} />);
    screen.getByRole('slider').focus();
    await userEvent.keyboard('4');
    await userEvent.tab();
    expect(onRate).toHaveBeenCalledExactlyOnceWith(4);
  });

  it('follow a drag and send where it ends', async () => {
    const onRate = vi.fn();
    await draw(<StarRating value={null} onRate={onRate} />);
    const slider = screen.getByRole('slider');
    vi.spyOn(slider, 'getBoundingClientRect').mockReturnValue({ left: 0, width: 100 } as DOMRect);
    const finger = (kind: string, clientX: number) =>
      fireEvent(slider, new MouseEvent(kind, { bubbles: true, clientX }));
    finger('pointerdown', 15);
    finger('pointermove', 82);
    expect(slider).toHaveAttribute('aria-valuenow', '4.5');
    finger('pointerup', 82);
    expect(onRate).toHaveBeenCalledExactlyOnceWith(4.5);
  });

  it('can be taken away, and say so in Italian', async () => {
    const onRate = vi.fn();
    await draw(<StarRating value={2} onRate={onRate} />, 'it');
    await userEvent.click(screen.getByRole('button', { name: 'Togli il voto' }));
    expect(onRate).toHaveBeenCalledExactlyOnceWith(null);
  });
});
