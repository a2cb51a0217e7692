/**
 * The three things worth saying first. Each candidate is a claim that its numbers bear: enough
 * films behind it, and a difference that chance alone seldom makes. Words are made elsewhere.
 */

import type { Finding, Known } from './finding';
import { habits } from './findings.habits';
import { taste } from './findings.taste';

/** Return the strongest findings, one of a topic, strongest first; fewer when little is known. */
export function findings(known: Known, most = 3): Finding[] {
  const candidates = [...habits(known), ...taste(known)]
    .filter((finding) => finding.strength > 0)
    .sort((a, b) => b.strength - a.strength);
  const told: Finding[] = [];
  for (const finding of candidates) {
    if (told.length < most && told.every((other) => other.topic !== finding.topic)) {
      told.push(finding);
    }
  }
  return told;
}
