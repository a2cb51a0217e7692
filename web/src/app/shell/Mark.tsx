/** The mark: a screen and a lamp's disc, overlapping. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden focusable="false">
      <rect x="2" y="4" width="15" height="24" fill="var(--ink)" />
      <circle cx="20.5" cy="18" r="9.5" fill="var(--accent)" />
      <path d="M17 9.18A9.5 9.5 0 0 0 17 26.82Z" fill="var(--paper)" />
    </svg>
  );
}
