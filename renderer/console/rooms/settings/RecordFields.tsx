import { Form, Input, Radio } from 'antd'
import { useTranslation } from 'react-i18next'
import type { HostOrigin } from '#contract/hosts.ts'
import { word } from '#kit/i18n/index.ts'

/** What the centre records of a machine, as it is being written; empty texts are unknown. */
export type HostRecordDraft = {
  readonly name: string
  readonly origin: HostOrigin
  readonly model: string
  readonly serial: string
  readonly rack: string
}

const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())

/** The draft as the contract takes it. */
export const recordOf = ({ name, origin, model, serial, rack }: HostRecordDraft) => ({
  name: name.trim(),
  origin,
  model: orNull(model),
  serial: orNull(serial),
  rack: orNull(rack),
})

const texts = ['model', 'serial', 'rack'] as const

export function RecordFields(props: {
  readonly value: HostRecordDraft
  readonly onChange: (changes: Partial<HostRecordDraft>) => void
}) {
  const { t } = useTranslation('settings')
  const { value, onChange } = props
  return (
    <>
      <Form.Item label={t('hosts.name')} htmlFor="hostName">
        <Input
          id="hostName"
          maxLength={100}
          value={value.name}
          status={value.name.trim() === '' ? 'warning' : ''}
          onChange={event => onChange({ name: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={t('hosts.origin')}>
        <Radio.Group
          optionType="button"
          value={value.origin}
          options={(['reused', 'new'] as const).map(origin => ({ value: origin, label: word('origin', origin) }))}
          onChange={event => onChange({ origin: event.target.value as HostOrigin })}
        />
      </Form.Item>
      <div className="settings-three">
        {texts.map(key => (
          <Form.Item key={key} label={t(`hosts.${key}`)} htmlFor={`host-${key}`}>
            <Input
              id={`host-${key}`}
              maxLength={100}
              placeholder={key === 'rack' ? t('add.rackHint') : ''}
              value={value[key]}
              onChange={event => onChange({ [key]: event.target.value })}
            />
          </Form.Item>
        ))}
      </div>
    </>
  )
}
