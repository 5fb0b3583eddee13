const shanghaiMs = 8 * 3_600_000

/** Calendar day in Asia/Shanghai, `YYYY-MM-DD`: days sort as text does. */
export const dayOf = (at: number): string => new Date(at + shanghaiMs).toISOString().slice(0, 10)
