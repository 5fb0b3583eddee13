import { Button, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { auth, type NewPerson } from '#client/auth.ts'
import { useAct } from '#client/hooks.ts'
import { readSession, session } from '#client/session.ts'
import { goTo } from '#kit/router.ts'
import { Failed } from '#kit/states.tsx'
import { addHostHref } from '../links.ts'
import { GateCard } from './GateCard.tsx'
import { PASSWORD_MIN, PasswordField } from './PasswordField.tsx'

type PersonFields = NewPerson & { readonly again: string }
type Fields = { readonly siteName: string; readonly administrator: PersonFields; readonly security: PersonFields }
type Part = 'administrator' | 'security'
type Values = { readonly getFieldValue: (name: string[]) => unknown }

const personOf = ({ name, displayName, password }: PersonFields): NewPerson => ({
  name: name.trim(),
  displayName: displayName.trim(),
  password,
})

function PersonPart({ part }: { readonly part: Part }) {
  const { t } = useTranslation(['setup', 'common'])
  const required = { required: true, message: t('common:required') }
  const reject = (sentence: string) => Promise.reject(new Error(sentence))
  const isOther = ({ getFieldValue }: Values) => ({
    validator: (_rule: unknown, value: string) =>
      part === 'security' && value && value === getFieldValue(['administrator', 'name'])
        ? reject(t('namesSame'))
        : Promise.resolve(),
  })
  const isSame = ({ getFieldValue }: Values) => ({
    validator: (_rule: unknown, value: string) =>
      !value || value === getFieldValue([part, 'password']) ? Promise.resolve() : reject(t('passwordsDiffer')),
  })
  return (
    <section>
      <h2>{t(part)}</h2>
      <p className="y-second">{t(`${part}Hint`)}</p>
      <Form.Item name={[part, 'displayName']} label={t('displayName')} rules={[required]}>
        <Input autoComplete="off" maxLength={100} />
      </Form.Item>
      <Form.Item
        name={[part, 'name']}
        label={t('name')}
        dependencies={[['administrator', 'name']]}
        rules={[required, { pattern: /^[a-zA-Z0-9._-]{2,40}$/, message: t('nameRule') }, isOther]}
      >
        <Input autoComplete="off" spellCheck={false} />
      </Form.Item>
      <Form.Item
        name={[part, 'password']}
        label={t('password')}
        rules={[required, { min: PASSWORD_MIN, message: t('passwordRule', { n: PASSWORD_MIN }) }]}
      >
        <PasswordField autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name={[part, 'again']}
        label={t('passwordAgain')}
        dependencies={[[part, 'password']]}
        rules={[required, isSame]}
      >
        <PasswordField autoComplete="new-password" maxLength={200} />
      </Form.Item>
    </section>
  )
}

/** Sets the site up, signs the system administrator in and leads on to the first host. */
async function setUp({ siteName, administrator, security }: Fields): Promise<void> {
  const first = personOf(administrator)
  await auth.setUp({ siteName: siteName.trim(), administrator: first, security: personOf(security) })
  goTo(addHostHref, { replace: true })
  await readSession()
  if (session.getState().phase === 'signed-in') return
  await auth.signIn(first.name, first.password)
  await readSession()
}

export function SetUpForm({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation(['setup', 'common'])
  const act = useAct(setUp)
  return (
    <GateCard isWide title={t('peopleTitle')} hint={t('peopleHint')}>
      <Form layout="vertical" requiredMark={false} onFinish={(fields: Fields) => void act.run(fields)}>
        <Form.Item
          name="siteName"
          label={t('siteName')}
          rules={[{ required: true, whitespace: true, message: t('common:required') }]}
        >
          <Input autoFocus maxLength={100} placeholder={t('siteNameExample')} />
        </Form.Item>
        <div className="y-doors">
          <PersonPart part="administrator" />
          <PersonPart part="security" />
        </div>
        <p className="y-second">{t('handOver')}</p>
        {act.failure && <Failed failure={act.failure} />}
        <div className="y-row y-gate-submit">
          <Button size="large" type="primary" htmlType="submit" loading={act.isRunning}>
            {t('submit')}
          </Button>
          <Button size="large" onClick={onBack}>
            {t('back')}
          </Button>
        </div>
      </Form>
    </GateCard>
  )
}
