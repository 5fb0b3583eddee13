/** How one kind of work spreads over days and weeks, in Asia/Shanghai time. */
export type RhythmName = 'office' | 'public' | 'batch' | 'steady' | 'idle' | 'meeting' | 'registration'

/** A repeating load: the level of each slot (0..1) and the sum of all levels before it, in level × ms. */
export type Rhythm = { readonly levels: Float64Array; readonly sums: Float64Array }

const HOUR_MS = 3_600_000
const SLOT_MS = HOUR_MS / 4
const SLOTS_PER_HOUR = HOUR_MS / SLOT_MS
const HOURS_PER_WEEK = 168
/** Asia/Shanghai is UTC+8 all year; 1970-01-01 there was a Thursday, three days after a Monday. */
const SHANGHAI_WEEK_OFFSET_MS = 8 * HOUR_MS + 3 * 24 * HOUR_MS

type Day = readonly (readonly [hour: number, level: number])[]

const officeDay: Day = [[0, 0.05], [7, 0.06], [8, 0.35], [9, 0.85], [10, 1], [11, 0.9], [12, 0.45], [13, 0.4], [14, 0.85], [15, 0.95], [17, 0.8], [18, 0.35], [20, 0.15], [24, 0.05]] // prettier-ignore
const officeWeekend: Day = [
  [0, 0.05],
  [9, 0.14],
  [16, 0.14],
  [20, 0.07],
  [24, 0.05],
]
const publicDay: Day = [[0, 0.1], [4, 0.06], [7, 0.25], [9, 0.85], [11, 1], [13, 0.6], [15, 0.9], [18, 0.55], [20, 0.65], [22, 0.4], [24, 0.1]] // prettier-ignore
const publicWeekend: Day = [
  [0, 0.1],
  [5, 0.06],
  [9, 0.35],
  [15, 0.45],
  [20, 0.5],
  [24, 0.1],
]
const batchDay: Day = [
  [0, 0.4],
  [1, 0.95],
  [3, 1],
  [4.5, 0.6],
  [6, 0.12],
  [9, 0.2],
  [18, 0.2],
  [22, 0.15],
  [24, 0.4],
]
const steadyDay: Day = [
  [0, 0.7],
  [4, 0.66],
  [10, 0.9],
  [16, 0.92],
  [22, 0.76],
  [24, 0.7],
]
const idleDay: Day = [
  [0, 0.5],
  [12, 0.6],
  [24, 0.5],
]
const meetingDay: Day = [
  [0, 0.04],
  [7.5, 0.2],
  [8.5, 1],
  [10, 0.7],
  [12, 0.2],
  [14, 0.8],
  [16, 0.4],
  [18, 0.1],
  [24, 0.04],
]
const quietDay: Day = [
  [0, 0.04],
  [9, 0.2],
  [17, 0.2],
  [20, 0.05],
  [24, 0.04],
]

function levelAt(day: Day, hour: number): number {
  const right = Math.max(
    1,
    day.findIndex(([at]) => at > hour),
  )
  const [[fromHour, from], [toHour, to]] = [day[right - 1] ?? [0, 0], day[right] ?? [24, 0]]
  return from + ((to - from) * (hour - fromHour)) / (toHour - fromHour)
}

function rhythmOf(days: readonly Day[]): Rhythm {
  const slots = days.length * 24 * SLOTS_PER_HOUR
  const levels = new Float64Array(slots)
  const sums = new Float64Array(slots + 1)
  for (let slot = 0; slot < slots; slot++) {
    const hour = (slot + 0.5) / SLOTS_PER_HOUR
    const level = levelAt(days[Math.floor(hour / 24)] ?? quietDay, hour % 24)
    levels[slot] = level
    sums[slot + 1] = (sums[slot] ?? 0) + level * SLOT_MS
  }
  return { levels, sums }
}

const week = (workday: Day, weekend: Day) => [...Array<Day>(5).fill(workday), weekend, weekend]
const scaled = (day: Day, factor: number): Day => day.map(([hour, level]) => [hour, level * factor] as const)

/** Twenty-eight days of which four, from the second Tuesday on, see the crowd of a registration. */
function registrationDays(): readonly Day[] {
  const usual = week(scaled(publicDay, 0.22), scaled(publicWeekend, 0.22))
  const rush = week(publicDay, publicWeekend)
  return [0, 1, 2, 3].flatMap(number =>
    usual.map((day, weekday) => (number === 1 && weekday >= 1 && weekday <= 4 ? (rush[weekday] ?? day) : day)),
  )
}

export const rhythms: Readonly<Record<RhythmName, Rhythm>> = {
  office: rhythmOf(week(officeDay, officeWeekend)),
  public: rhythmOf(week(publicDay, publicWeekend)),
  batch: rhythmOf(week(batchDay, batchDay)),
  steady: rhythmOf(week(steadyDay, steadyDay)),
  idle: rhythmOf(week(idleDay, idleDay)),
  meeting: rhythmOf([meetingDay, meetingDay, quietDay, meetingDay, quietDay, officeWeekend, officeWeekend]),
  registration: rhythmOf(registrationDays()),
}

/**
 * Level × time since a fixed instant in the past; only differences mean anything.
 * @param at  ms since 1970, UTC, fractions allowed
 * @returns   ms at full level; never decreasing in `at`
 */
export function workUntil(rhythm: Rhythm, at: number): number {
  const slots = rhythm.levels.length
  const position = (at + SHANGHAI_WEEK_OFFSET_MS) / SLOT_MS
  const whole = Math.floor(position)
  const round = Math.floor(whole / slots)
  const slot = whole - round * slots
  const total = rhythm.sums[slots] ?? 0
  return round * total + (rhythm.sums[slot] ?? 0) + (rhythm.levels[slot] ?? 0) * (position - whole) * SLOT_MS
}

/** The level (0..1) at an instant. */
export function levelOf(rhythm: Rhythm, at: number): number {
  const slots = rhythm.levels.length
  const slot = Math.floor((at + SHANGHAI_WEEK_OFFSET_MS) / SLOT_MS) % slots
  return rhythm.levels[(slot + slots) % slots] ?? 0
}

/** Mean level over one round, 0..1. */
export const meanLevel = (rhythm: Rhythm): number =>
  (rhythm.sums[rhythm.levels.length] ?? 0) / (rhythm.levels.length * SLOT_MS)

export const WEEK_MS = HOURS_PER_WEEK * HOUR_MS
