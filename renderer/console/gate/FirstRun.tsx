import { useTranslation } from 'react-i18next'
import { GateCard } from './GateCard.tsx'

export function FirstRun() {
  const { t } = useTranslation('setup')
  return <GateCard title={t('title')}>{null}</GateCard>
}
