/**
 * A table as CSV that spreadsheets open rightly: UTF-8 with byte order mark, CRLF, quoted where needed. A text that a
 * spreadsheet would take for a formula gets an apostrophe in front.
 */
export function csvOf(head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const field = (value: string | number | null): string => {
    if (value === null) return ''
    if (typeof value === 'number') return String(value)
    const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
  }
  return `\uFEFF${[head, ...rows].map(row => row.map(field).join(',')).join('\r\n')}\r\n`
}

/** Gives the reader a file to keep. */
export function download(name: string, content: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([content], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

const GIB = 1024 ** 3
/** Bytes as a number of GB, to the hundredth, for a column that says so in its title. */
export const gigabytesOf = (bytes: number | null): number | null =>
  bytes === null ? null : Math.round((bytes / GIB) * 100) / 100

/** A share as a number of percent, to the tenth. */
export const percentOf = (fraction: number | null): number | null =>
  fraction === null ? null : Math.round(fraction * 1_000) / 10
