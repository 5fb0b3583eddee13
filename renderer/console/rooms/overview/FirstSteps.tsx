import { useTranslation } from 'react-i18next'
import { useLive, useMay, useQuery } from '#client/hooks.ts'
import { requestsFeed } from '#client/index.ts'
import { Card } from '#kit/Page.tsx'
import { hrefOf } from '#kit/router.ts'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { addHostHref } from '#console/links.ts'

type Step = 'host' | 'people' | 'departments' | 'request'
/** `null`: somebody else may see whether it is done. */
type Progress = Readonly<Record<Step, boolean | null>>

const targets: Readonly<Record<Step, string>> = {
  host: addHostHref,
  people: hrefOf('settings', { tab: 'people', panel: 'new' }),
  departments: hrefOf('requests', { view: 'quotas' }),
  request: hrefOf('requests', { view: 'new' }),
}

function Item(props: { readonly step: Step; readonly isDone: boolean | null; readonly mayDo: boolean }) {
  const { t } = useTranslation('overview')
  const { step, isDone, mayDo } = props
  const name = t(`steps.${step}`)
  return (
    <li className="y-row">
      <StateGlyph
        shape={isDone ? 'tick' : 'wait'}
        tone={isDone ? 'good' : 'quiet'}
        label={t(isDone ? 'steps.done' : 'steps.open')}
        isBare
      />
      {mayDo && !isDone ? <a href={targets[step]}>{name}</a> : <span>{name}</span>}
      <span className="y-second">{t(`steps.${step}Hint`)}</span>
    </li>
  )
}

/** What a new site still lacks before its first machine can be approved; gone with the first request. */
export function FirstSteps() {
  const { t } = useTranslation('overview')
  const requests = useLive(requestsFeed)
  const mayManage = useMay(['security-administrator'])
  const mayRegister = useMay(['operator', 'approver'])
  const departments = useQuery('departments', rpc => rpc.tenants.departments({})).value
  const applications = useQuery('applications', rpc => rpc.tenants.applications({})).value
  const people = useQuery(mayManage ? 'people' : null, rpc => rpc.identity.list({})).value
  if (requests.phase !== 'live' || requests.value.rows.size > 0 || !departments || !applications) return null
  const progress: Progress = {
    host: true,
    people: people ? people.some(person => person.isActive && person.roles.includes('approver')) : null,
    departments: applications.length > 0 && departments.some(department => department.quotas.length > 0),
    request: false,
  }
  return (
    <Card title={t('steps.title')}>
      <ol className="y-overview-steps">
        <Item step="host" isDone={progress.host} mayDo={false} />
        <Item step="people" isDone={progress.people} mayDo={mayManage} />
        <Item step="departments" isDone={progress.departments} mayDo={mayRegister} />
        <Item step="request" isDone={progress.request} mayDo={mayRegister && progress.departments === true} />
      </ol>
    </Card>
  )
}
