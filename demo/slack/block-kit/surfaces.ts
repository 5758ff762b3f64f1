import { z } from 'zod'
import { anyBlock } from './blocks.ts'
import { plainText } from './objects.ts'

const view = {
  blocks: z.array(anyBlock).max(100),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
}

export const modalView = z.strictObject({
  type: z.literal('modal'),
  title: plainText(24),
  submit: plainText(24).optional(),
  close: plainText(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  ...view,
})

export const homeView = z.strictObject({ type: z.literal('home'), ...view })

export const anyView = z.discriminatedUnion('type', [modalView, homeView])

export const messageBlocks = z.array(anyBlock).max(50)

export type ModalView = z.infer<typeof modalView>
export type HomeView = z.infer<typeof homeView>
export type ParsedView = z.infer<typeof anyView>
export type Surface = 'message' | 'modal' | 'home'
