export { BarChart, type BarDatum } from './BarChart';
export type { Column, Row } from './csv';
export { Dumbbell, type DumbbellDatum } from './Dumbbell';
export { Heatmap } from './Heatmap';
export { RankedChart } from './RankedChart';
export { type RankedDatum, RankedList } from './RankedList';
export { type Panel, SmallMultiples } from './SmallMultiples';
export { useCount } from './useCount';
