import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Person } from '#contract/identity.ts'
import { useMay, useQuery } from '#client/hooks.ts'
import { useHotkeys } from '#kit/hotkeys.ts'
import { text, word } from '#kit/i18n/index.ts'
import { useParam } from '#kit/router.ts'
import { Empty, Failed, Skeleton } from '#kit/states.tsx'
import { StateGlyph } from '#kit/StateGlyph.tsx'
import { NewPerson } from './NewPerson.tsx'
import { PersonPane } from './PersonPane.tsx'
import { SearchList } from './SearchList.tsx'
import { Tokens } from './Tokens.tsx'

const keyOf = (person: Person): string => person.personId
const rolesOf = ({ roles }: Person): string => roles.map(role => word('role', role)).join(text('common:separator'))
const textOf = (person: Person): string => [person.displayName, person.name, rolesOf(person)].join('\n')

function Item({ person, department }: { readonly person: Person; readonly department: string | undefined }) {
  const { t } = useTranslation('settings')
  return (
    <div className="y-pick-entry settings-item">
      <div className="y-row">
        <StateGlyph
          shape={person.isActive ? 'tick' : 'stop'}
          tone={person.isActive ? 'good' : 'quiet'}
          label={t(person.isActive ? 'people.active' : 'people.inactive')}
          isBare
        />
        <strong className="y-cut y-grow">{person.displayName}</strong>
        <span className="y-second">{person.name}</span>
      </div>
      <div className="y-row y-second">
        <span className="y-cut">
          {rolesOf(person)}
          {department && t('people.of', { department })}
        </span>
      </div>
    </div>
  )
}

function Actions({ onPanel }: { readonly onPanel: (panel: string) => void }) {
  const { t } = useTranslation('settings')
  return (
    <>
      <Button
        type="primary"
        icon={<PlusOutlined aria-hidden />}
        title={t('people.createHint')}
        onClick={() => onPanel('new')}
      >
        {t('people.create')}
      </Button>
      <Button onClick={() => onPanel('tokens')}>{t('tokens.title')}</Button>
    </>
  )
}

/** What stands beside the list: somebody new, the tokens, or the open person. */
function Beside(props: {
  readonly panel: string | null
  readonly onPanel: (panel: null) => void
  readonly onOpen: (personId: string) => void
  readonly onMade: () => void
  readonly children: ReactNode
}) {
  const { t } = useTranslation('settings')
  const { panel, onPanel } = props
  const close = () => onPanel(null)
  if (panel === 'new') {
    return (
      <div className="settings-scroll">
        <NewPerson
          onMade={props.onMade}
          onHandedOver={personId => {
            close()
            props.onOpen(personId)
          }}
          onClose={close}
        />
      </div>
    )
  }
  if (panel === 'tokens') {
    return (
      <div className="settings-scroll">
        <Tokens />
      </div>
    )
  }
  return (
    props.children ?? (
      <div className="settings-pane">
        <Empty title={t('people.pick')} />
      </div>
    )
  )
}

/** 人员: who may sign in and what they may do; the tokens of scripts beside them. */
export function PeopleTab() {
  const { t } = useTranslation('settings')
  const people = useQuery('people', rpc => rpc.identity.list({}))
  const departments = useQuery('departments', rpc => rpc.tenants.departments({}))
  const [openKey, setOpen] = useParam('open')
  const [panel, setPanel] = useParam('panel')
  const [search, setSearch] = useState('')
  const mayWrite = useMay(['security-administrator'])
  useHotkeys(t('people.keys'), [
    ...(mayWrite ? [{ keys: 'n', label: t('people.keyCreate'), run: () => setPanel('new') }] : []),
  ])
  if (people.failure && !people.value) return <Failed failure={people.failure} onRetry={people.reload} />
  if (!people.value) return <Skeleton rows={8} height={56} />
  const open = people.value.find(person => person.personId === openKey) ?? people.value[0]
  return (
    <div className="y-pick-desk">
      <SearchList
        id="settings-people"
        label={t('people.title')}
        placeholder={t('people.search')}
        keysTitle={t('people.keys')}
        rows={people.value}
        keyOf={keyOf}
        textOf={textOf}
        search={search}
        onSearch={setSearch}
        openKey={panel === null ? (open?.personId ?? null) : null}
        onOpen={key => {
          if (panel !== null) setPanel(null)
          setOpen(key)
        }}
        item={person => (
          <Item
            person={person}
            department={departments.value?.find(one => one.departmentId === person.departmentId)?.name}
          />
        )}
        empty={<Empty title={t('people.empty')} />}
        actions={mayWrite && <Actions onPanel={setPanel} />}
      />
      <Beside panel={mayWrite ? panel : null} onPanel={setPanel} onOpen={setOpen} onMade={people.reload}>
        {open && <PersonPane key={open.personId} person={open} onChanged={people.reload} />}
      </Beside>
    </div>
  )
}
