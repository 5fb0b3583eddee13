import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '#contract/identity.ts'
import type { Role } from '#contract/roles.ts'
import { rpc } from '#client/index.ts'
import { useAct, useMay, useMe } from '#client/hooks.ts'
import { Age } from '#kit/Age.tsx'
import { Section } from '#kit/Drawer.tsx'
import { Failed } from '#kit/states.tsx'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { ResetPassword } from './ResetPassword.tsx'
import { needsDepartment } from './role-choice.ts'
import { RoleFields } from './RoleFields.tsx'

type Draft = Pick<Person, 'displayName' | 'departmentId' | 'isActive'> & { readonly roles: readonly Role[] }
const draftOf = ({ displayName, roles, departmentId, isActive }: Person): Draft => ({
  displayName,
  roles,
  departmentId,
  isActive,
})

const isComplete = ({ displayName, roles, departmentId }: Draft): boolean =>
  displayName.trim() !== '' && roles.length > 0 && (!needsDepartment(roles) || departmentId !== null)

/** A person's account while it is changed; somebody else's change in between is refused by the version. */
function useEdit(person: Person, onChanged: () => void) {
  const [edited, setEdited] = useState<Draft | null>(null)
  const draft = edited ?? draftOf(person)
  const isChanged = edited !== null && JSON.stringify(edited) !== JSON.stringify(draftOf(person))
  const update = useAct((next: Draft) =>
    rpc.identity.update({ personId: person.personId, version: person.version, ...next, roles: [...next.roles] }),
  )
  const send = async (next: Draft) => {
    const done = await update.run({ ...next, displayName: next.displayName.trim() })
    if (done) setEdited(null)
    onChanged()
  }
  return {
    draft,
    isChanged,
    edit: (changes: Partial<Draft>) => setEdited({ ...draft, ...changes }),
    revert: () => setEdited(null),
    save: () => isChanged && isComplete(draft) && void send(draft),
    turn: () => void send({ ...draftOf(person), isActive: !person.isActive }),
    update,
  }
}

function PersonHead({ person, isMe }: { readonly person: Person; readonly isMe: boolean }) {
  const { t } = useTranslation('settings')
  return (
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
          {t('people.lastSignIn')} {person.lastSignInAt === null ? t('people.never') : <Age at={person.lastSignInAt} />}
        </span>
      </p>
    </header>
  )
}

/** Takes an account out of use, and back into it. */
function Activation(props: { readonly person: Person; readonly isRunning: boolean; readonly onTurn: () => void }) {
  const { t } = useTranslation('settings')
  const { person } = props
  return (
    <Section title={t(person.isActive ? 'people.deactivate' : 'people.activate')}>
      <div className="y-row">
        <span className="y-second y-grow">{t('people.deactivateHint')}</span>
        <Button danger={person.isActive} loading={props.isRunning} onClick={props.onTurn}>
          {t(person.isActive ? 'people.deactivate' : 'people.activate')}
        </Button>
      </div>
    </Section>
  )
}

/** One person: name, rights, password, and whether the account is in use. */
export function PersonPane(props: { readonly person: Person; readonly onChanged: () => void }) {
  const { t } = useTranslation('settings')
  const { person } = props
  const isMe = useMe().personId === person.personId
  const mayWrite = useMay(['security-administrator'])
  const { draft, isChanged, edit, revert, save, turn, update } = useEdit(person, props.onChanged)
  return (
    <section className="settings-pane" aria-label={person.displayName}>
      <PersonHead person={person} isMe={isMe} />
      {!mayWrite && <p className="y-second">{t('people.readOnly')}</p>}
      <Form layout="vertical" className="settings-form" onFinish={save}>
        <Form.Item label={t('people.displayName')} htmlFor="displayName">
          <Input
            id="displayName"
            maxLength={100}
            disabled={!mayWrite}
            value={draft.displayName}
            onChange={event => edit({ displayName: event.target.value })}
          />
        </Form.Item>
        <RoleFields roles={draft.roles} departmentId={draft.departmentId} isFixed={!mayWrite || isMe} onChange={edit} />
        {update.failure && <Failed failure={update.failure} />}
        {mayWrite && (
          <div className="y-row">
            <Button
              type="primary"
              htmlType="submit"
              disabled={!isChanged || !isComplete(draft)}
              loading={update.isRunning}
            >
              {t('people.save')}
            </Button>
            {isChanged && <Button onClick={revert}>{t('revert')}</Button>}
            <span className="y-second">{t(isMe ? 'people.ownRoles' : 'people.saveHint')}</span>
          </div>
        )}
      </Form>
      {mayWrite && (
        <>
          <Section title={t('people.resetPassword')}>
            <ResetPassword key={person.personId} person={person} />
          </Section>
          <Activation person={person} isRunning={update.isRunning} onTurn={turn} />
        </>
      )}
    </section>
  )
}
