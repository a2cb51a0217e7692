import { useTranslation } from 'react-i18next';
import { PLACES, type Place } from '@/api/types';
import { SelectField } from '../Field';

interface Props {
  value: Place | null;
  onChange: (place: Place | null) => void;
}

export function PlaceSelect({ value, onChange }: Props) {
  const { t } = useTranslation();
  return (
    <SelectField
      label={t('place.where')}
      value={value ?? ''}
      options={[
        { value: '', label: t('place.none') },
        ...PLACES.map((place) => ({ value: place, label: t(`place.${place}`) })),
      ]}
      onChange={(chosen) => onChange(PLACES.find((place) => place === chosen) ?? null)}
    />
  );
}
