export { TogetherPage as default } from '@/features/recommendations/components/TogetherPage';
