export { StarRating } from './StarRating';
export { Rated, Stars } from './Stars';
