import { Checkbox, Form, Input, InputNumber, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { word } from '#kit/i18n/index.ts'
import type { Check } from './checks.ts'
import type { Draft } from './draft.ts'

type FieldsProps = {
  readonly draft: Draft
  readonly change: (changes: Partial<Draft>) => void
  readonly checks: readonly Check[]
}

const statusOf = (checks: readonly Check[], key: Check['key']): '' | 'warning' =>
  checks.find(check => check.key === key)?.state === 'unmet' ? 'warning' : ''

const arches = ['x86_64', 'aarch64'] as const

function SizeFields({ draft, change, checks }: FieldsProps) {
  const { t } = useTranslation('requests')
  return (
    <div className="requests-sizes">
      <Form.Item label={t('vcpus')} htmlFor="vcpus" validateStatus={statusOf(checks, 'quota')}>
        <InputNumber
          id="vcpus"
          min={1}
          max={256}
          precision={0}
          suffix={t('unitCores')}
          value={draft.vcpus}
          onChange={vcpus => change({ vcpus })}
        />
      </Form.Item>
      <Form.Item label={t('memory')} htmlFor="memory" validateStatus={statusOf(checks, 'quota')}>
        <InputNumber
          id="memory"
          min={0.25}
          max={8_192}
          suffix="GB"
          value={draft.memoryGb}
          onChange={memoryGb => change({ memoryGb })}
        />
      </Form.Item>
      <Form.Item label={t('disk')} htmlFor="disk" validateStatus={statusOf(checks, 'quota')}>
        <InputNumber
          id="disk"
          min={1}
          max={262_144}
          suffix="GB"
          value={draft.diskGb}
          onChange={diskGb => change({ diskGb })}
        />
      </Form.Item>
    </div>
  )
}

/** Purpose, name, size and architecture. */
export function WhatFields({ draft, change, checks }: FieldsProps) {
  const { t } = useTranslation('requests')
  return (
    <>
      <Form.Item label={t('purpose')} htmlFor="purpose">
        <Input.TextArea
          id="purpose"
          autoSize={{ minRows: 3, maxRows: 10 }}
          maxLength={2_000}
          placeholder={t('purposeHint')}
          value={draft.purpose}
          onChange={event => change({ purpose: event.target.value })}
        />
      </Form.Item>
      <Form.Item label={t('vmName')} htmlFor="vmName" extra={t('vmNameHint')} validateStatus={statusOf(checks, 'name')}>
        <Input
          id="vmName"
          maxLength={63}
          autoComplete="off"
          spellCheck={false}
          value={draft.vmName}
          onChange={event => change({ vmName: event.target.value })}
        />
      </Form.Item>
      <SizeFields draft={draft} change={change} checks={checks} />
      <Form.Item label={t('arch')}>
        <Radio.Group
          optionType="button"
          options={arches.map(value => ({ value, label: word('arch', value) }))}
          value={draft.arch}
          onChange={event => change({ arch: event.target.value as Draft['arch'] })}
        />
      </Form.Item>
    </>
  )
}

const NONE = ''

/** The network, from those that the platform's hosts offer. */
export function NetworkField(
  props: FieldsProps & { readonly networks: readonly { readonly name: string; readonly hosts: number }[] | undefined },
) {
  const { t } = useTranslation('requests')
  const { draft, change, networks } = props
  const offered = (networks ?? []).map(({ name, hosts }) => ({
    value: name,
    label: (
      <span className="y-row">
        <span className="y-grow y-cut">{name}</span>
        <span className="y-second">{t('networkHosts', { n: hosts })}</span>
      </span>
    ),
  }))
  return (
    <Form.Item label={t('network')} validateStatus={statusOf(props.checks, 'network')}>
      <Select
        aria-label={t('network')}
        disabled={draft.platformId === null}
        loading={draft.platformId !== null && networks === undefined}
        value={draft.network ?? NONE}
        options={[{ value: NONE, label: t('networkNone') }, ...offered]}
        onChange={value => change({ network: value === NONE ? null : value })}
      />
    </Form.Item>
  )
}

/** First and last day; that there is no last one is said by a tick. */
export function TermFields({ draft, change, checks }: FieldsProps) {
  const { t } = useTranslation('requests')
  return (
    <div className="requests-sizes">
      <Form.Item label={t('from')} htmlFor="from">
        <Input
          id="from"
          type="date"
          value={draft.from ?? ''}
          onChange={event => change({ from: event.target.value || null })}
        />
      </Form.Item>
      <Form.Item label={t('until')} htmlFor="until" validateStatus={statusOf(checks, 'term')}>
        <Input
          id="until"
          type="date"
          disabled={draft.isOpenEnded}
          min={draft.from ?? undefined}
          value={draft.isOpenEnded ? '' : (draft.until ?? '')}
          onChange={event => change({ until: event.target.value || null })}
        />
      </Form.Item>
      <Form.Item label=" " colon={false}>
        <Checkbox checked={draft.isOpenEnded} onChange={event => change({ isOpenEnded: event.target.checked })}>
          {t('openEnded')}
        </Checkbox>
      </Form.Item>
    </div>
  )
}
