import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '#contract/identity.ts'
import { rpc } from '#client/index.ts'
import { useAct, useMay, useMe } from '#client/hooks.ts'
import { Age } from '#kit/Age.tsx'
import { Section } from '#kit/Drawer.tsx'
import { Failed } from '#kit/states.tsx'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { PasswordField, Secret } from './PasswordField.tsx'
import { needsDepartment } from './role-choice.ts'
import { RoleFields } from './RoleFields.tsx'

type Draft = Pick<Person, 'displayName' | 'departmentId' | 'isActive'> & { readonly roles: Person['roles'] }
const draftOf = ({ displayName, roles, departmentId, isActive }: Person): Draft => ({
  displayName,
  roles,
  departmentId,
  isActive,
})

function ResetPassword({ person }: { readonly person: Person }) {
  const { t } = useTranslation(['settings', 'common'])
  const [isOpen, setOpen] = useState(false)
  const [password, setPassword] = useState('')
  const [isDone, setDone] = useState(false)
  const reset = useAct((next: string) => rpc.identity.resetPassword({ personId: person.personId, password: next }))
  const close = () => {
    setOpen(false)
    setDone(false)
    setPassword('')
    reset.clear()
  }
  if (isDone) return <Secret says={t('people.resetDone')} secret={password} onDone={close} />
  if (!isOpen) {
    return (
      <div className="y-row">
        <span className="y-second y-grow">{t('people.resetHint')}</span>
        <Button onClick={() => setOpen(true)}>{t('people.resetPassword')}</Button>
      </div>
    )
  }
  return (
    <Form layout="vertical" onFinish={() => void reset.run(password).then(done => done && setDone(true))}>
      <PasswordField label={t('people.newPassword')} value={password} onChange={setPassword} />
      {reset.failure && <Failed failure={reset.failure} />}
      <div className="y-row">
        <Button type="primary" htmlType="submit" disabled={password === ''} loading={reset.isRunning}>
          {t('people.resetPassword')}
        </Button>
        <Button onClick={close}>{t('common:cancel')}</Button>
      </div>
    </Form>
  )
}

/** One person: name, rights, password, and whether the account is in use. */
export function PersonPane(props: { readonly person: Person; readonly onChanged: () => void }) {
  const { t } = useTranslation('settings')
  const { person } = props
  const isMe = useMe().personId === person.personId
  const mayWrite = useMay(['security-administrator'])
  const [edited, setEdited] = useState<Draft | null>(null)
  const draft = edited ?? draftOf(person)
  const isChanged = edited !== null && JSON.stringify(edited) !== JSON.stringify(draftOf(person))
  const update = useAct((next: Draft) =>
    rpc.identity.update({ personId: person.personId, version: person.version, ...next, roles: [...next.roles] }),
  )
  const send = async (next: Draft) => {
    const done = await update.run({ ...next, displayName: next.displayName.trim() })
    if (done) setEdited(null)
    props.onChanged()
  }
  const isComplete =
    draft.displayName.trim() !== '' &&
    draft.roles.length > 0 &&
    (!needsDepartment(draft.roles) || draft.departmentId !== null)
  return (
    <section className="settings-pane" aria-label={person.displayName}>
      <header className="settings-head">
        <h2>
          {person.displayName} {isMe && <span className="settings-mark">{t('people.self')}</span>}
        </h2>
        <p className="y-row y-second">
          <StateGlyph
            shape={person.isActive ? 'tick' : 'stop'}
            tone={person.isActive ? 'good' : 'quiet'}
            label={t(person.isActive ? 'people.active' : 'people.inactive')}
          />
          <span>{person.name}</span>
          <span>
            {t('people.lastSignIn')}{' '}
            {person.lastSignInAt === null ? t('people.never') : <Age at={person.lastSignInAt} />}
          </span>
        </p>
      </header>
      {!mayWrite && <p className="y-second">{t('people.readOnly')}</p>}
      <Form layout="vertical" className="settings-form" onFinish={() => isChanged && isComplete && void send(draft)}>
        <Form.Item label={t('people.displayName')} htmlFor="displayName">
          <Input
            id="displayName"
            maxLength={100}
            disabled={!mayWrite}
            value={draft.displayName}
            onChange={event => setEdited({ ...draft, displayName: event.target.value })}
          />
        </Form.Item>
        <RoleFields
          roles={draft.roles}
          departmentId={draft.departmentId}
          isFixed={!mayWrite || isMe}
          onChange={({ roles, departmentId }) =>
            setEdited({
              ...draft,
              ...(roles ? { roles: [...roles] } : {}),
              ...(departmentId === undefined ? {} : { departmentId }),
            })
          }
        />
        {update.failure && <Failed failure={update.failure} />}
        {mayWrite && (
          <div className="y-row">
            <Button type="primary" htmlType="submit" disabled={!isChanged || !isComplete} loading={update.isRunning}>
              {t('people.save')}
            </Button>
            {isChanged && <Button onClick={() => setEdited(null)}>{t('revert')}</Button>}
            <span className="y-second">{t(isMe ? 'people.ownRoles' : 'people.saveHint')}</span>
          </div>
        )}
      </Form>
      {mayWrite && (
        <>
          <Section title={t('people.resetPassword')}>
            <ResetPassword key={person.personId} person={person} />
          </Section>
          <Section title={t(person.isActive ? 'people.deactivate' : 'people.activate')}>
            <div className="y-row">
              <span className="y-second y-grow">{t('people.deactivateHint')}</span>
              <Button
                danger={person.isActive}
                loading={update.isRunning}
                onClick={() => void send({ ...draftOf(person), isActive: !person.isActive })}
              >
                {t(person.isActive ? 'people.deactivate' : 'people.activate')}
              </Button>
            </div>
          </Section>
        </>
      )}
    </section>
  )
}
