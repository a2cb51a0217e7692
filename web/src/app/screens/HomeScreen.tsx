import { lazy, Suspense } from 'react';
import { HomePage } from '@/features/home/HomePage';

// Below the fold: home's own script stays small.
const Trends = lazy(() =>
  import('@/features/stats/trends/TrendsBlock').then((module) => ({ default: module.TrendsBlock })),
);

export default function HomeScreen() {
  return (
    <HomePage
      community={
        <Suspense>
          <Trends />
        </Suspense>
      }
    />
  );
}
