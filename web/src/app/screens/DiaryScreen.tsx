import { useSearch } from '@tanstack/react-router';
import { DiaryPage } from '@/features/diary/DiaryPage';

export default function DiaryScreen() {
  return <DiaryPage search={useSearch({ from: '/inside/diary' })} />;
}
