/// <reference types="vitest/config" />
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const server = `http://${process.env.CINEMATCH_HOST ?? '127.0.0.1'}:${process.env.CINEMATCH_PORT ?? '8000'}`;

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  plugins: [
    react(),
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      manifest: {
        name: 'CineMatch',
        short_name: 'CineMatch',
        description: 'A cinema programme that keeps your accounts.',
        start_url: '/',
        display: 'standalone',
        background_color: '#f4efe4',
        theme_color: '#f4efe4',
        icons: [
          { src: '/icons/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/icons/icon-512.png', sizes: '512x512', type: 'image/png' },
          {
            src: '/icons/icon-maskable-512.png',
            sizes: '512x512',
            type: 'image/png',
            purpose: 'maskable',
          },
          { src: '/icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
        ],
        shortcuts: [
          { name: 'Log a film', url: '/?log=1' },
          { name: 'Diary', url: '/diary' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html,svg,woff2}'],
        navigateFallback: '/index.html',
        navigateFallbackDenylist: [/^\/api\//, /^\/(live|ready|health|user-stats)/, /^\/trends\//],
        inlineWorkboxRuntime: false,
        // What was read last can be read again without the network; signing out forgets it.
        runtimeCaching: [
          {
            urlPattern:
              /\/api\/(me|setup|(films|people|library|diary|lists|user-stats|recommendations)(\/[^?]*)?)(\?|$)/,
            handler: 'NetworkFirst',
            options: {
              cacheName: 'cm-read',
              expiration: { maxEntries: 300, maxAgeSeconds: 30 * 24 * 3600 },
              cacheableResponse: { statuses: [200] },
            },
          },
        ],
        cleanupOutdatedCaches: true,
      },
    }),
  ],
  build: { target: 'es2022', cssTarget: 'es2022', manifest: true, chunkSizeWarningLimit: 400 },
  server: { proxy: { '/api': { target: server } } },
  test: {
    environment: 'jsdom',
    testTimeout: 30_000,
    setupFiles: ['./src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: { modules: { classNameStrategy: 'non-scoped' } },
    restoreMocks: true,
  },
});
