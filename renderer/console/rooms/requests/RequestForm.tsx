import { Button, Form, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RequestId } from '#contract/ids.ts'
import type { Need, Request } from '#contract/requests.ts'
import type { Department } from '#contract/tenants.ts'
import { requestsFeed, rpc } from '#client/index.ts'
import { useAct, useLive, useMe } from '#client/hooks.ts'
import { Card, Page } from '#kit/Page.tsx'
import { goTo, hrefOf } from '#kit/router.ts'
import { Empty, Failed, LiveGate, Skeleton } from '#kit/states.tsx'
import { ApplicationField } from './ApplicationField.tsx'
import { Checks } from './Checks.tsx'
import type { Check } from './checks.ts'
import { draftOf, needOf, newDraft, type Draft } from './draft.ts'
import { useFormData, type FormData } from './form-data.ts'
import { NetworkField, TermFields, WhatFields } from './FormFields.tsx'
import { PlatformField } from './PlatformField.tsx'
import { useDraft } from './use-draft.ts'
import './request-form.css'

type FormProps = {
  readonly kind: 'new' | 'edit'
  /** The request that is completed, or after which the new one is modelled. */
  readonly model: Request | null
}

const hrefOfRequest = (requestId: string): string => hrefOf('requests', { open: requestId })

/** Fields that still keep the draft from being sent, as their labels. */
function useMissing(draft: Draft, missing: ReadonlySet<string>): string {
  const { t } = useTranslation(['requests', 'common'])
  const known = [
    'departmentId',
    'applicationId',
    'platformId',
    'purpose',
    'vmName',
    'arch',
    'vcpus',
    'memoryBytes',
    'diskBytes',
    'network',
    'from',
    'until',
  ] as const
  const fields = known.filter(field => missing.has(field))
  const shown = draft.departmentId === null ? fields.filter(field => field !== 'applicationId') : fields
  return shown.map(field => t(`field.${field}`)).join(t('common:separator'))
}

/** Sending the draft: what is still missing, and what came of it. */
function useSending({ kind, model }: FormProps, draft: Draft, { application, checks }: FormData, forget: () => void) {
  const edited = kind === 'edit' ? model : null
  const [isTried, setTried] = useState(false)
  const send = useAct((need: Need) =>
    edited
      ? rpc.requests.resubmit({ ...need, requestId: edited.requestId, version: edited.version })
      : rpc.requests.submit({ ...need, requestId: RequestId.parse(draft.requestId) }),
  )
  const result = needOf(draft, application)
  const missing = useMissing(draft, 'missing' in result ? result.missing : new Set())
  const isForbidden = checks.some(check => check.state === 'unmet' && (check.key === 'level' || check.key === 'term'))
  const submit = async () => {
    setTried(true)
    if (!('need' in result) || isForbidden) return
    const made = await send.run(result.need)
    if (!made) return
    forget()
    goTo(hrefOfRequest(made.requestId))
  }
  return { submit, send, missing: isTried ? missing : '', isForbidden }
}

function DepartmentField(props: {
  readonly departments: readonly Department[]
  readonly value: string | null
  readonly onChange: (departmentId: string) => void
}) {
  const { t } = useTranslation('requests')
  return (
    <Form.Item label={t('department')}>
      <Select
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={t('department')}
        placeholder={t('departmentPick')}
        value={props.value}
        options={props.departments.map(one => ({ value: one.departmentId, label: one.name }))}
        onChange={props.onChange}
      />
    </Form.Item>
  )
}

/** What can be said of the draft, and sending it. */
function Sending(props: {
  readonly sending: ReturnType<typeof useSending>
  readonly checks: readonly Check[]
  readonly verb: string
  readonly onDiscard: () => void
}) {
  const { t } = useTranslation('requests')
  const { send, missing, isForbidden } = props.sending
  return (
    <Card>
      <Checks checks={props.checks} />
      {send.failure && <Failed failure={send.failure} />}
      {missing !== '' && (
        <p className="y-warning" role="alert">
          {t('missing', { fields: missing })}
        </p>
      )}
      <div className="y-row">
        <Button type="primary" htmlType="submit" loading={send.isRunning} disabled={isForbidden}>
          {props.verb}
        </Button>
        <Button type="text" onClick={props.onDiscard}>
          {t('discard')}
        </Button>
      </div>
      <p className="y-second requests-note">{t('createHint')}</p>
    </Card>
  )
}

function NotLoaded({ data: { departments, platforms, applications } }: { readonly data: FormData }) {
  const failure = departments.failure ?? platforms.failure ?? applications.failure
  return failure ? <Failed failure={failure} onRetry={departments.reload} /> : <Skeleton rows={8} height={48} />
}

function NoDepartment() {
  const { t } = useTranslation('requests')
  const toQuotas = <Button href={hrefOf('requests', { view: 'quotas' })}>{t('registerDepartment')}</Button>
  return (
    <Card>
      <Empty title={t('noDepartment')} hint={t('noDepartmentHint')} action={toQuotas} />
    </Card>
  )
}

function Written({ kind, model }: FormProps) {
  const { t } = useTranslation('requests')
  const me = useMe()
  const isEdit = kind === 'edit'
  const begin = (): Draft => (model ? draftOf(model) : newDraft(me.departmentId, Date.now()))
  const { draft, change, forget, restart } = useDraft(me.personId, model ? `${kind}.${model.requestId}` : 'new', begin)
  const data = useFormData(draft, isEdit ? (model?.requestId ?? null) : null)
  const { departments, platforms, applications, application, checks } = data
  const sending = useSending({ kind, model }, draft, data, forget)
  if (!departments.value || !platforms.value || !applications.value) return <NotLoaded data={data} />
  if (departments.value.length === 0) return <NoDepartment />
  const fields = { draft, change, checks }
  return (
    <Form layout="vertical" className="requests-form" onFinish={() => void sending.submit()}>
      <div className="requests-form-main">
        <Card title={t('sectionWho')}>
          {me.departmentId === null && (
            <DepartmentField
              departments={departments.value}
              value={draft.departmentId}
              onChange={departmentId => change({ departmentId, applicationId: null, platformId: null })}
            />
          )}
          {draft.departmentId !== null && (
            <ApplicationField
              departmentId={draft.departmentId}
              applications={applications.value}
              value={draft.applicationId}
              onChange={applicationId => change({ applicationId })}
              onMade={applications.reload}
            />
          )}
          <PlatformField
            platforms={platforms.value}
            application={application}
            value={draft.platformId}
            onChange={platformId => change({ platformId, network: null })}
          />
        </Card>
        <Card title={t('sectionWhat')}>
          <WhatFields {...fields} />
          <NetworkField {...fields} networks={data.networks.value} />
        </Card>
        <Card title={t('sectionWhen')}>
          <TermFields {...fields} />
        </Card>
      </div>
      <aside className="requests-form-side">
        <Sending
          sending={sending}
          checks={checks}
          verb={t(isEdit && model ? 'resubmit' : 'submit')}
          onDiscard={() => restart(begin())}
        />
      </aside>
    </Form>
  )
}

/** A new request, one modelled after another, or a returned one that is completed. */
export function RequestForm(props: { readonly kind: 'new' | 'edit'; readonly ofRequest: string | null }) {
  const { t } = useTranslation('requests')
  const live = useLive(requestsFeed)
  const { kind, ofRequest } = props
  const model = ofRequest === null ? null : (live.value.rows.get(ofRequest) ?? null)
  const returned = model?.history.findLast(entry => entry.action === 'returned')?.reason
  return (
    <Page
      title={kind === 'edit' && model ? t('edit', { number: model.number }) : t('create')}
      facts={kind === 'edit' && returned ? t('editHint', { reason: returned }) : null}
      actions={<Button href={model ? hrefOfRequest(model.requestId) : hrefOf('requests')}>{t('back')}</Button>}
    >
      {ofRequest === null ? (
        <Written kind={kind} model={null} />
      ) : (
        <LiveGate live={live}>
          <Written kind={kind} model={model} />
        </LiveGate>
      )}
    </Page>
  )
}
