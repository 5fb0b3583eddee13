import { audit } from './audit.ts'
import { chart } from './chart.ts'
import { common } from './common.ts'
import { alerts, clientErrors, errors } from './errors.ts'
import { frame } from './frame.ts'
import { grid } from './grid.ts'
import { hosts } from './hosts.ts'
import { jobs } from './jobs.ts'
import { keys } from './keys.ts'
import { overview } from './overview.ts'
import { requests } from './requests.ts'
import { session } from './session.ts'
import { settings } from './settings.ts'
import { setup } from './setup.ts'
import { units } from './units.ts'
import { vms } from './vms.ts'
import { words } from './words.ts'

/** All Chinese words of the console, a catalogue a room: `useTranslation('hosts')` or `text('hosts:title')`. */
export const zhCN = {
  common,
  units,
  words,
  grid,
  chart,
  keys,
  frame,
  session,
  setup,
  overview,
  hosts,
  vms,
  requests,
  jobs,
  audit,
  settings,
  errors: { ...errors, ...clientErrors, ...alerts },
} as const
