export { Poster, type PosterSubject } from './Poster';
