export { createVm } from './create-vm.ts'
export { acts, changePower } from './power.ts'
export type { DeployPorts, NewVm } from './model.ts'
