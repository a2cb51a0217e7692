export { ListsPage as default } from '@/features/lists/components/ListsPage';
