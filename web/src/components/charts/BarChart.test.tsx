import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { beforeEach, expect, it, vi } from 'vitest';

import charts from '@/lib/i18n/locales/en/charts.json';
import { BarChart } from './BarChart';

const rows = [
  { year: '2022', count: 4 },
  { year: '2023', count: 9 },
  { year: '2024', count: 6 },
];

function show() {
  const chart = (
    <BarChart
      title="2023 is your fullest year"
      sub="Viewings a year"
      unit="viewings"
      format={String}
      data={rows.map(({ year, count }) => ({
        key: year,
        label: year,
        value: count,
        shown: String(count),
        readout: `${year}: ${count} viewings`,
        href: `/library?watched_year=${year}`,
      }))}
      columns={[
        { key: 'year', label: 'Year' },
        { key: 'count', label: 'Viewings', numeric: true },
      ]}
      rows={rows}
    />
  );
  const router = createRouter({
    routeTree: createRootRoute({ component: () => chart }),
    history: createMemoryHistory({ initialEntries: ['/'] }),
  });
  render(<RouterProvider router={router as never} />);
  return router;
}

beforeEach(async () => {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(600);
  vi.spyOn(window, 'scrollTo').mockImplementation(() => undefined);
  await i18next.use(initReactI18next).init({ lng: 'en', resources: { en: { charts } } });
});

it('is one stop of the tab key, and arrows read it out', async () => {
  show();
  const first = await screen.findByLabelText('2022: 4 viewings');
  expect(first).toHaveAttribute('tabindex', '0');
  expect(screen.getByLabelText('2023: 9 viewings')).toHaveAttribute('tabindex', '-1');
  first.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(screen.getByLabelText('2023: 9 viewings')).toHaveFocus();
  expect(screen.getByText('2023: 9 viewings')).toBeVisible();
  await userEvent.keyboard('{End}');
  expect(screen.getByLabelText('2024: 6 viewings')).toHaveFocus();
});

it('opens the films behind a bar', async () => {
  const router = show();
  await userEvent.click(await screen.findByLabelText('2024: 6 viewings'));
  expect(router.history.location.href).toBe('/library?watched_year=2024');
});

it('turns into the table behind it', async () => {
  show();
  await userEvent.click(await screen.findByRole('button', { name: 'Table' }));
  expect(screen.getByRole('columnheader', { name: 'Viewings' })).toBeVisible();
  expect(screen.getByRole('cell', { name: '9' })).toBeVisible();
});
