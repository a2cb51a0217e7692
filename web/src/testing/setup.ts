import '@testing-library/jest-dom/vitest';
import { cleanup, configure } from '@testing-library/react';
import { afterEach } from 'vitest';

// What is fetched when it is first shown takes its time on a machine that is busy.
configure({ asyncUtilTimeout: 10_000 });
afterEach(cleanup);
