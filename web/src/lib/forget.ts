/** What the service worker keeps for reading without the network is one person's: gone with the session. */
export async function forgetRead(): Promise<void> {
  if ('caches' in window) await window.caches.delete('cm-read');
}
