import type { Provider } from '../provider.ts'
import { bamboohr } from './bamboohr.ts'
import { hibob } from './hibob.ts'
import { personio } from './personio.ts'

/** Every HR system we can read, in the order of the picker. */
export const PROVIDERS: readonly Provider[] = [hibob, bamboohr, personio]
