import { useCallback, useEffect, useRef, useState } from 'react'
import type { HostAddress } from '#contract/hosts.ts'
import type { HostId } from '#contract/ids.ts'
import { rpc } from '#client/index.ts'
import { failureOf } from '#client/failure.ts'
import { ended, heard, noProbe, startProbe, type ProbeState } from './probe.ts'

/**
 * Tests an address live; a new test, leaving the page and `stop` end the one that runs.
 *
 * @param hostId  the host that should answer there, whose key is known already
 */
export function useProbe(hostId?: HostId) {
  const [state, setState] = useState<ProbeState>(noProbe)
  const running = useRef<AbortController | null>(null)
  const stop = useCallback(() => {
    running.current?.abort()
    running.current = null
    setState(have => (have.phase === 'running' ? noProbe : have))
  }, [])
  useEffect(() => () => running.current?.abort(), [])

  const run = useCallback(
    async (address: HostAddress, trusted: string | null) => {
      running.current?.abort()
      const mine = new AbortController()
      running.current = mine
      const put = (change: (have: ProbeState) => ProbeState) => mine.signal.aborted || setState(change)
      setState(startProbe(address, trusted))
      try {
        const input = {
          ...address,
          ...(trusted === null ? {} : { trustFingerprint: trusted }),
          ...(hostId ? { hostId } : {}),
        }
        for await (const probe of await rpc.hosts.probe(input, { signal: mine.signal })) put(have => heard(have, probe))
        put(have => ended(have, null))
      } catch (error) {
        put(have => ended(have, failureOf(error)))
      }
    },
    [hostId],
  )
  const reset = useCallback(() => {
    running.current?.abort()
    setState(noProbe)
  }, [])
  return { state, run, stop, reset }
}
