export { formats, today, type Formats, type Titled } from './format';
export { useFormat } from './useFormat';
