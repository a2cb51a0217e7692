export { PosterGrid } from './PosterGrid';
export { PosterCell, PosterGridSkeleton } from './PosterCell';
