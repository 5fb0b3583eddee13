import type { Job } from '#contract/jobs.ts'
import { text } from '#kit/i18n/index.ts'

/** A job as a sentence: `为 教育局·招考报名 创建虚拟机 exam-web-1`. */
export function jobSentence(job: Pick<Job, 'kind' | 'vmName' | 'forWhom'>): string {
  const verb = job.kind.slice('vm.'.length) as 'create' | 'start' | 'shutdown' | 'reboot' | 'force-off'
  const sentence = text(`words:jobKind.${verb}`, { vm: job.vmName })
  return job.forWhom ? text('words:jobFor', { forWhom: job.forWhom, sentence }) : sentence
}
