import { Poster, type PosterSubject } from '../Poster';
import styles from './Door.module.css';

function film(title: string, year: number, director: string, genre: string): PosterSubject {
  return {
    film_id: `${title} ${year}`,
    title,
    title_en: null,
    title_it: null,
    year,
    genres: [genre],
    directors: [{ name: director }],
  };
}

const PROGRAMME = [
  film('Metropolis', 1927, 'Fritz Lang', 'Sci-Fi'),
  film('Tōkyō monogatari', 1953, 'Yasujirō Ozu', 'Drama'),
  film('8½', 1963, 'Federico Fellini', 'Drama'),
  film('Cléo de 5 à 7', 1962, 'Agnès Varda', 'Drama'),
  film('Some Like It Hot', 1959, 'Billy Wilder', 'Comedy'),
  film('Stalker', 1979, 'Andrei Tarkovsky', 'Sci-Fi'),
  film('Daisies', 1966, 'Věra Chytilová', 'Comedy'),
  film('Touki Bouki', 1973, 'Djibril Diop Mambéty', 'Adventure'),
];

/** A row of bills along the foot of the page, as outside a cinema. */
export function Wall() {
  return (
    <div className={styles.wall} aria-hidden>
      {PROGRAMME.map((each) => (
        <Poster key={each.film_id} film={each} decorative />
      ))}
    </div>
  );
}
