import { basename, dirname } from 'node:path'
import { StoreFault } from '#store/store-fault.ts'

/** What is lost with a file, where that is not everything. */
const holds: Readonly<Record<string, string>> = {
  'metrics.sqlite': '其中只有性能曲线：请移走它再启动 it holds nothing but curves: move it away and start again',
  'lock.sqlite':
    '它只用来防止两个核心同时运行：请移走它再启动 it only keeps two cores apart: move it away and start again',
  'site.key':
    '没有它，已存的主机凭据无法解开：请从备份放回 stored credentials of hosts do not open without it: put it back from a copy',
}
const putBack = '请从备份放回后再启动 put it back from a copy and start again'
const whatToDo = (file: string): string => holds[basename(file)] ?? putBack

const storeSentences: Readonly<Record<StoreFault['kind'], (fault: StoreFault) => string>> = {
  full: ({ file }) => `${dirname(file)} 所在的磁盘已满：请清理后重试 the disk is full: make room and try again`,
  damaged: ({ file }) => `${file} 已损坏 is damaged。${whatToDo(file)}`,
  missing: ({ file }) =>
    `${file} 不见了，而站点的其他文件还在 is gone while the rest of the site is there。${whatToDo(file)}`,
  foreign: ({ file }) =>
    `${file} 里有别的文件，不是云龙的站点：请用 --site 指定一个新目录 holds other files and is no site of Yunlong: name a new directory with --site`,
  'read-only': ({ file }) =>
    `${file} 不可写：请以其所有者的身份运行，或复制到可写的目录 cannot be written: run as its owner, or copy the site to where you may write`,
  busy: ({ file }) => `${file} 被另一个程序占用：请关闭它再试 is held by another program: close that and try again`,
  newer: ({ file, message }) =>
    `${file} 由更新版本的云龙写成：请用新版本启动 was written by a newer Yunlong (${message}): start that one`,
  older: ({ file, message }) =>
    `${file} 由旧版本的云龙写成：请先启动一次此站点 was written by an older Yunlong (${message}): start this site once`,
  lost: ({ file, message }) =>
    `读写 ${file} 的线程意外终止，核心已停止：请重新启动，已保存的都在 the thread of this file has died (${message}) and the core with it: start again, what was saved is there`,
}

/** Failures of the operating system that a person can do something about. */
const systemSentences: Readonly<Record<string, string>> = {
  EACCES: '没有权限：请换有权限的用户运行，或另选一个 no permission: run as a user who has it, or choose another one',
  EPERM: '没有权限：请以所有者的身份运行，或另选一个 no permission: run as the owner, or choose another one',
  EROFS: '文件系统只读：请用 --site 另选目录 the file system is read-only: choose another directory with --site',
  ENOSPC: '磁盘已满：请清理后重试 the disk is full: make room and try again',
  ENOTDIR: '路径中间有个文件：请用 --site 另选目录 a file is in the way: choose another directory with --site',
  EEXIST: '是文件，不是目录：请用 --site 另选目录 is a file, no directory: choose another one with --site',
  ENOENT: '找不到 there is no such file',
  EISDIR: '是目录，不是文件 is a directory, no file',
  EADDRINUSE: '端口被占用，请用 --port 换一个 the port is in use, choose another one with --port',
}

/** What a program that could not do its work tells the person who started it. */
export function sentenceOf(error: unknown): string {
  if (error instanceof StoreFault) return storeSentences[error.kind](error)
  if (!(error instanceof Error)) return String(error)
  if (error.cause instanceof StoreFault) return sentenceOf(error.cause)
  const { code, path, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number }
  const sentence = code === undefined ? undefined : systemSentences[code]
  if (!sentence) return error.message
  const where = path ?? (address === undefined ? '' : `${address}:${port}`)
  return `${where} ${sentence}`.trim()
}
