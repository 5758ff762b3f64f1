// The message box: a `/` brings up the commands that the app registered.

export function watchComposer(send) {
  const form = document.querySelector('.composer')
  if (!form) return
  const input = form.elements.text
  const list = form.querySelector('#commands')
  const shown = () => [...list.children].filter((row) => !row.hidden)

  const hide = () => {
    list.hidden = true
    input.ariaExpanded = 'false'
    input.removeAttribute('aria-activedescendant')
    for (const row of list.children) row.classList.remove('active')
  }
  const suggest = () => {
    const isCommand = /^\/\S*$/.test(input.value)
    for (const row of list.children) row.hidden = !row.dataset.command.startsWith(input.value)
    if (!isCommand || shown().length === 0) return hide()
    list.hidden = false
    input.ariaExpanded = 'true'
  }
  const complete = (row) => {
    input.value = `${row.dataset.command} `
    hide()
    input.focus()
  }

  input.addEventListener('input', suggest)
  input.addEventListener('blur', hide)
  list.addEventListener('pointerdown', (event) => {
    event.preventDefault()
    const row = event.target.closest('[data-command]')
    if (row) complete(row)
  })
  input.addEventListener('keydown', (event) => {
    if (list.hidden) return
    const rows = shown()
    const at = rows.findIndex((row) => row.classList.contains('active'))
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      const next = rows[(at + (event.key === 'ArrowDown' ? 1 : -1) + rows.length) % rows.length]
      for (const row of rows) row.classList.toggle('active', row === next)
      input.setAttribute('aria-activedescendant', next.id)
    } else if (event.key === 'Tab' || (event.key === 'Enter' && at >= 0)) {
      event.preventDefault()
      complete(rows[Math.max(at, 0)])
    } else if (event.key === 'Escape') hide()
  })
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = input.value.trim()
    if (text === '') return
    input.value = ''
    hide()
    send({ verb: 'send', channel: document.body.dataset.channel, text })
  })
}
