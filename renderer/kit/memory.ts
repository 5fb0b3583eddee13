/** What a reader chose on this machine: theme, columns, platform. Never anything that the core said. */
export const memory = {
  /** The choice under that name, or the fallback when there is none or storage is closed. */
  get<Value>(name: string, fallback: Value, isValid: (value: unknown) => value is Value): Value {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(`yunlong.${name}`) ?? 'null')
      return isValid(stored) ? stored : fallback
    } catch {
      return fallback
    }
  },
  set(name: string, value: unknown): void {
    try {
      localStorage.setItem(`yunlong.${name}`, JSON.stringify(value))
    } catch {
      // A full or forbidden storage costs the choice after a reload and nothing else.
    }
  },
}

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string'
export const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText)
