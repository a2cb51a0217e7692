export { ExportPage as default } from '@/features/transfer/components/ExportPage';
