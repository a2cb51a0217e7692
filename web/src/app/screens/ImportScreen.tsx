export { ImportPage as default } from '@/features/transfer/components/ImportPage';
