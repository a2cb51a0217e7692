import { afterEach, describe, expect, it, vi } from 'vitest';
import { answerWith, json, problem } from '@/testing/http';
import { api, toSearch, whenSignedOut } from './client';
import { ApiError, OfflineError } from './errors';

afterEach(() => {
  vi.unstubAllGlobals();
  document.cookie = 'cm_csrf=; max-age=0';
  whenSignedOut(() => undefined);
});

describe('the client', () => {
  it('sends the token of the cookie with changes, and with changes alone', async () => {
    document.cookie = 'cm_csrf=abc%3D';
    const asked = answerWith(() => json({}));
    await api.get('/me');
    await api.patch('/me', { body: { a: 1 } });
    expect(asked[0]?.headers.get('x-csrf-token')).toBeNull();
    expect(asked[1]?.headers.get('x-csrf-token')).toBe('abc=');
  });

  it('says yes and no, and leaves out what was not asked', () => {
    expect(toSearch({ seen: true, liked: false, q: '', tag: undefined, rating: 4.5 })).toBe(
      '?seen=yes&liked=no&rating=4.5',
    );
  });

  it('renews a session once for all who wait, and asks again', async () => {
    let renewed = false;
    const asked = answerWith(({ path }) => {
      if (path === '/api/auth/refresh') {
        renewed = true;
        return json({});
      }
      return renewed ? json({ ok: true }) : problem(401);
    });
    const answers = await Promise.all([api.get('/me'), api.get('/films'), api.get('/diary')]);
    expect(answers).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
    expect(asked.filter((each) => each.path === '/api/auth/refresh')).toHaveLength(1);
  });

  it('tells when a session cannot be renewed', async () => {
    const out = vi.fn();
    whenSignedOut(out);
    answerWith(() => problem(401));
    await expect(api.get('/me')).rejects.toMatchObject({ status: 401 });
    expect(out).toHaveBeenCalledOnce();
  });

  it('does not try to renew where one is signing in', async () => {
    const asked = answerWith(() => problem(401, { code: 'wrong_password' }));
    await expect(api.post('/auth/session', { body: {} })).rejects.toMatchObject({
      code: 'wrong_password',
    });
    expect(asked).toHaveLength(1);
  });

  it('keeps the field, the row and the mend of a refusal', async () => {
    const errors = [
      { field: 'year', row: 3, message: 'No such year.', mend: 'Give 1888 to 2100.' },
    ];
    answerWith(() => problem(422, { errors }));
    const refusal = await api.post('/films', { body: {} }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ApiError);
    expect((refusal as ApiError).errors).toEqual(errors);
  });

  it('knows a server that cannot be reached from one that refuses', async () => {
    answerWith(() => Promise.reject(new TypeError('no network')));
    await expect(api.get('/me')).rejects.toBeInstanceOf(OfflineError);
  });
});
