import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import type { PersonRef } from '@/api/types';

/** Names, each a way to that person's films. */
export function People({ people }: { people: readonly PersonRef[] }) {
  return people.map((person, at) => (
    <Fragment key={person.id}>
      {at > 0 && ', '}
      <Link to="/people/$personId" params={{ personId: person.id }}>
        {person.name}
      </Link>
    </Fragment>
  ));
}
