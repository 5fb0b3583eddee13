import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { readSurvey, socketsOf, SURVEY_COMMAND } from './survey.ts'

test('one daemon for everything is preferred', () => {
  const survey = readSurvey(
    'socket /run/libvirt/virtqemud-sock open\nsocket /run/libvirt/libvirt-sock open\nhelper nc\n',
  )
  const whole = '/run/libvirt/libvirt-sock'
  expect(socketsOf(survey)).toEqual({ hypervisor: whole, storage: whole, network: whole, isModular: false })
  expect(survey.helpers).toEqual(['nc'])
})

test('where each driver has a daemon of its own, each has its socket; one may be missing', () => {
  const survey = readSurvey('socket /run/libvirt/virtqemud-sock open\nsocket /run/libvirt/virtstoraged-sock open')
  expect(socketsOf(survey)).toEqual({
    hypervisor: '/run/libvirt/virtqemud-sock',
    storage: '/run/libvirt/virtstoraged-sock',
    network: null,
    isModular: true,
  })
})

test('a socket that the user may not open is no way in, but it is named', () => {
  const survey = readSurvey('socket /run/libvirt/libvirt-sock closed')
  expect(socketsOf(survey)).toBeNull()
  expect(survey.sockets).toEqual([{ path: '/run/libvirt/libvirt-sock', isOpen: false }])
})

test('a directory that is a link to the other shows no socket twice', () => {
  const survey = readSurvey('socket /run/libvirt/libvirt-sock open\nsocket /var/run/libvirt/libvirt-sock open')
  expect(survey.sockets).toEqual([{ path: '/run/libvirt/libvirt-sock', isOpen: true }])
  const other = readSurvey('socket /run/libvirt/libvirt-sock closed\nsocket /var/run/libvirt/libvirt-sock open')
  expect(socketsOf(other)?.hypervisor).toBe('/var/run/libvirt/libvirt-sock')
})

test('what a login shell says besides is passed over', () => {
  const survey = readSurvey('Welcome!\nsocket\nsocket relative open\nhelper rm\n\nhelper virt-ssh-helper')
  expect(survey).toEqual({ sockets: [], helpers: ['virt-ssh-helper'] })
})

test('the command runs in a POSIX shell, even below another one, and ends well', () => {
  const answer = execFileSync('/bin/sh', ['-c', SURVEY_COMMAND], { encoding: 'utf8' })
  expect(answer.split('\n').every(line => /^(socket \S+ (open|closed)|helper \S+|)$/.test(line))).toBe(true)
})
