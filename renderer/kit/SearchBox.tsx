import { CloseCircleFilled, SearchOutlined } from '@ant-design/icons'
import { Input, type InputRef } from 'antd'
import type { Ref } from 'react'

/** Finds in a list while one types; Esc empties it. */
export function SearchBox(props: {
  readonly ref: Ref<InputRef>
  readonly className?: string
  /** Placeholder and screen-reader name. */
  readonly label: string
  readonly maxLength?: number
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const { label, onChange, ...input } = props
  return (
    <Input
      {...input}
      allowClear={{ clearIcon: <CloseCircleFilled aria-hidden /> }}
      prefix={<SearchOutlined aria-hidden />}
      placeholder={label}
      aria-label={label}
      onChange={event => onChange(event.target.value)}
      onKeyDown={event => event.key === 'Escape' && onChange('')}
    />
  )
}
