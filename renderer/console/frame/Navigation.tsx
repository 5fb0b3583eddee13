import { useTranslation } from 'react-i18next'
import { staff } from '#contract/roles.ts'
import { useMay } from '#client/hooks.ts'
import { formatCount } from '#kit/format/index.ts'
import { text } from '#kit/i18n/index.ts'
import { hrefOf } from '#kit/router.ts'
import type { Room } from '../room.ts'

const noCount = () => null

function Entry({ room, isHere }: { readonly room: Room; readonly isHere: boolean }) {
  const useCount = room.useCount ?? noCount
  const count = useCount()
  const isStaff = useMay(staff)
  const title = isStaff ? room.titleKey : (room.applicantTitleKey ?? room.titleKey)
  return (
    <li>
      <a href={hrefOf(room.path)} aria-current={isHere ? 'page' : undefined}>
        <span aria-hidden>{room.icon}</span>
        <span className="y-grow">{text(title)}</span>
        {count !== null && count > 0 && <span className="y-nav-count">{formatCount(count)}</span>}
      </a>
    </li>
  )
}

export function Navigation({ rooms, here }: { readonly rooms: readonly Room[]; readonly here: string | null }) {
  const { t } = useTranslation('frame')
  return (
    <nav className="y-nav" aria-label={t('navigation')}>
      <ul>
        {rooms.map(room => (
          <Entry key={room.path} room={room} isHere={room.path === here} />
        ))}
      </ul>
    </nav>
  )
}
