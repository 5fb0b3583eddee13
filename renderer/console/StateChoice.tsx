import { Select } from 'antd'
import { useTranslation } from 'react-i18next'

/** Narrows a list to one state; none chosen: all of them. */
export function StateChoice<State extends string>(props: {
  readonly value: State | ''
  readonly states: readonly { readonly value: State; readonly label: string }[]
  readonly onChange: (state: State | '') => void
}) {
  const { t } = useTranslation('common')
  return (
    <Select<State | ''>
      className="y-state-choice"
      aria-label={t('state')}
      value={props.value}
      onChange={props.onChange}
      options={[{ value: '', label: t('allStates') }, ...props.states]}
    />
  )
}
