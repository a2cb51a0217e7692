/** The shapes of the HTTP interface. `npm run api` writes schema.d.ts from docs/openapi.json. */
export * from './account';
export * from './common';
export * from './films';
export * from './library';
export * from './stats';
