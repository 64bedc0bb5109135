'use strict'
const data = JSON.parse(document.getElementById('data').textContent)
const names = { failed: '失败', flaky: '时好时坏', passed: '通过', skipped: '跳过' }
const order = ['failed', 'flaky', 'passed', 'skipped']
const marks = { passed: 'M2.5 6.5l2.5 2.5 4.5-6', failed: 'M3 3l6 6M9 3l-6 6', flaky: 'M1.5 7.5c2-5 3.5 3 5 0s2.5-3.5 4-1.5', skipped: 'M3 6h6' }

// el makes an element: properties, then children; null children are left out.
function el(tag, props, ...children) {
  const node = document.createElement(tag)
  for (const [key, value] of Object.entries(props ?? {})) key in node ? (node[key] = value) : node.setAttribute(key, value)
  node.append(...children.flat().filter(child => child != null && child !== ''))
  return node
}

function sign(status) {
  const span = el('span', { className: 'sign ' + status, title: names[status] }, el('span', { className: 'unseen' }, names[status]))
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path')
  svg.setAttribute('viewBox', '0 0 12 12')
  svg.setAttribute('aria-hidden', 'true')
  path.setAttribute('d', marks[status])
  svg.append(path)
  span.append(svg)
  return span
}

const took = ms => ms < 1 ? ms.toFixed(1) + ' ms' : ms < 1000 ? Math.round(ms) + ' ms' : (ms / 1000).toFixed(1) + ' s'
const total = test => test.attempts.reduce((sum, attempt) => sum + attempt.took, 0)
const place = at => at.line ? `${at.file}:${at.line}` + (at.column ? `:${at.column}` : '') : at.file

const rows = data.rows.map(row => {
  const cells = row.cells.map(i => i < 0 ? null : data.tests[i])
  const ran = cells.filter(Boolean)
  const status = order.find(s => ran.some(test => test.status === s))
  return { cells, ran, status, odd: row.odd, test: ran[0], took: Math.max(...ran.map(total)), text: [ran[0].file, ...ran[0].path].join(' ').toLowerCase() }
})
const files = new Map()
for (const row of rows) files.set(row.test.file, [...files.get(row.test.file) ?? [], row])
const several = data.columns.length > 1

function head() {
  const failed = data.failed + data.errors.length
  const ran = data.passed + data.flaky + data.failed
  const broken = data.errors.length ? `${data.errors.length} 个文件没有跑起来` : ''
  const verdict = failed ? [data.failed ? `${data.failed} 个测试失败` : '', broken].filter(Boolean).join(', ') : data.interrupted ? '没有全部跑完' : ran ? '全部通过' : '没有跑任何测试'
  const facts = [
    `${ran + data.skipped} 个测试, ${data.files} 个文件`, '用时 ' + took(data.took),
    data.profiles.length ? '客户端 ' + data.profiles.join('、') : '', data.shard ? '分片 ' + data.shard : '',
    data.seed ? '随机种子 ' + data.seed : '', data.interrupted ? '已中断' : '',
  ]
  const counts = { passed: data.passed, flaky: data.flaky, failed, skipped: data.skipped }
  const share = el('div', { className: 'share', role: 'img', ariaLabel: Object.entries(counts).map(([s, n]) => `${names[s]} ${n}`).join(', ') })
  for (const [status, n] of Object.entries(counts)) if (n) share.append(el('span', { className: status + '-fill', style: `flex: ${n}` }))
  document.title = verdict + ' · qinghost'
  document.getElementById('head').append(
    el('p', { className: 'name' }, el('i', { className: failed ? 'failed' : 'passed' }), 'qinghost 测试报告 · ' + new Date(data.startedAt).toLocaleString('zh-CN')),
    el('h1', {}, verdict), el('p', { className: 'facts' }, facts.filter(Boolean).map(fact => el('span', {}, fact))), share)
}

// What is shown: the rows of a status that contain each word.
let wanted = 'all'
const find = el('input', { id: 'find', type: 'search', placeholder: '搜索文件或标题', ariaLabel: '搜索文件或标题', oninput: filter })

function bar() {
  const chips = el('fieldset', { className: 'chips' }, el('legend', { className: 'unseen' }, '按结果筛选'))
  const chip = (value, name, n) => {
    chips.append(el('label', {}, el('input', { type: 'radio', name: 'status', checked: value === 'all', onchange() { wanted = value; filter() } }), name, el('b', {}, String(n))))
  }
  chip('all', '全部', rows.length)
  if (rows.some(row => row.odd)) chip('odd', '客户端不一致', rows.filter(row => row.odd).length)
  for (const status of order) {
    const n = rows.filter(row => row.status === status).length
    if (n) chip(status, names[status], n)
  }
  document.getElementById('bar').append(chips, find, el('span', { id: 'shown', className: 'unseen', role: 'status' }))
}

function filter() {
  const words = find.value.toLowerCase().split(/\s+/)
  let shown = 0
  for (const [, list] of files) {
    for (const row of list) {
      row.node.hidden = !(wanted === 'all' || (wanted === 'odd' ? row.odd : row.status === wanted)) || !words.every(word => row.text.includes(word))
      shown += !row.node.hidden
    }
    list[0].node.parentNode.hidden = list.every(row => row.node.hidden)
  }
  nothing.hidden = shown > 0 || rows.length === 0
  document.getElementById('shown').textContent = `显示 ${shown} 个测试`
}

function card(file, list) {
  const heading = el('h2', {}, el('span', { className: 'path' }, file))
  if (several) for (const column of data.columns) heading.append(el('span', { className: 'column' }, column))
  heading.append(el('span', { className: 'took' }, took(list.reduce((sum, row) => sum + row.ran.reduce((s, test) => s + total(test), 0), 0))))
  return el('section', { className: 'file' }, heading, list.map(testRow))
}

function testRow(row) {
  const path = row.test.path
  const summary = el('summary', { className: 'row' }, sign(row.status),
    el('span', { className: 'title' }, path.length > 1 ? el('span', {}, path.slice(0, -1).join(' › ') + ' › ') : null, path.at(-1)),
    el('span', { className: row.odd ? 'odd' : '' }, row.odd))
  if (several) for (const test of row.cells) summary.append(el('span', { className: 'cell' }, test ? sign(test.status) : null))
  summary.append(el('span', { className: 'took' }, row.status === 'skipped' ? '' : took(row.took)))
  row.node = el('details', { className: 'test' }, summary)
  row.node.addEventListener('toggle', () => { if (row.node.open && !row.node.children[1]) row.node.append(body(row)) })
  return row.node
}

// body is made when a row is opened first: a panel for each client, beginning with one that failed.
function body(row) {
  const div = el('div', { className: 'body' }, el('p', { className: 'where' }, place(row.test)))
  const first = row.ran.find(test => test.status === row.status)
  if (!several) return div.append(panel(first)), div
  const tabs = el('div', { className: 'tabs', role: 'tablist', ariaLabel: '客户端' })
  const shown = el('div', { role: 'tabpanel' })
  const show = (button, test) => {
    for (const other of tabs.children) { other.ariaSelected = String(other === button); other.tabIndex = other === button ? 0 : -1 }
    shown.ariaLabel = button.textContent
    shown.replaceChildren(panel(test))
  }
  row.cells.forEach((test, i) => {
    if (!test) return
    const button = el('button', { type: 'button', role: 'tab', onclick: () => show(button, test) }, sign(test.status), data.columns[i])
    tabs.append(button)
    if (test === first) show(button, test)
  })
  tabs.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (!step) return
    const all = [...tabs.children]
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length]
    next.focus()
    next.click()
  })
  div.append(tabs, shown)
  return div
}

function panel(test) {
  const div = el('div')
  if (test.status === 'skipped') div.append(el('p', {}, '跳过' + (test.reason ? ': ' + test.reason : '')))
  test.attempts.forEach((attempt, i) => {
    if (test.attempts.length > 1) div.append(el('h3', { className: 'try' }, `第 ${i + 1} 次 · ${attempt.failures.length ? '失败' : '通过'} · ${took(attempt.took)}`))
    div.append(...attempt.failures.map(failure))
    if (attempt.screenshot) div.append(el('h3', {}, '截图'), el('img', { className: 'shot', src: 'data:image/png;base64,' + attempt.screenshot, alt: '失败时的页面' }))
    if (attempt.console.length) div.append(el('h3', {}, `控制台 (${attempt.console.length})`), lines(attempt.console.map(line => [line.level, el('span', { className: 'level' }, line.level), line.text]), 'wrap console'))
    if (attempt.calls.length) div.append(el('h3', {}, `JS-API 调用 (${attempt.calls.length})`), calls(attempt.calls))
    if (!attempt.failures.length && !attempt.console.length && test.attempts.length === 1) div.append(el('p', { className: 'where' }, '通过, 没有控制台输出'))
  })
  return div
}

// lines is a block of code: [class, ...children] each.
function lines(list, className) {
  return el('pre', { className: className ?? '', tabIndex: 0 }, list.map(([kind, ...children]) => el('span', { className: 'l ' + kind }, children.join('') === '' ? ' ' : children)))
}

function failure(f) {
  let message = f.diff ? f.message.replace(f.diff, '').trimEnd() : f.message
  if (f.name && !message.startsWith(f.name)) message = `${f.name}: ${message}`
  const [first, ...rest] = message.split('\n')
  const div = el('div', { className: 'fail' }, el('p', { className: 'message' }, el('b', {}, first), rest.length ? '\n' + rest.join('\n') : ''))
  if (f.diff) {
    div.append(el('p', { className: 'legend' }, el('span', { className: 'passed' }, '- 期望'), el('span', { className: 'failed' }, '+ 实际')),
      lines(f.diff.replace(/\n+$/, '').split('\n').map(line => [{ '-': 'del', '+': 'add' }[line[0]] ?? 'same', line])))
  } else if (f.expected || f.actual) {
    div.append(lines([['del', '期望 ' + f.expected], ['add', '实际 ' + f.actual]]))
  }
  if (f.frame) div.append(lines(f.frame.replace(/\n+$/, '').split('\n').map(line => [/^\s*>/.test(line) ? 'at' : /^\s*\|/.test(line) ? 'failed' : 'dim', line])))
  if (f.stack) div.append(el('details', { open: !f.frame }, el('summary', { className: 'more' }, '调用栈'), lines(f.stack.replace(/^\n+|\n+$/g, '').split('\n').map(line => ['dim', line.trim()]))))
  else if (f.file && !f.frame) div.append(el('p', { className: 'where' }, place(f)))
  return div
}

const states = { open: '还没有回调', cancelled: '已取消', unanswered: '没有回调' }

function calls(list) {
  const start = list[0].at
  const body = list.map(call => {
    const refused = call.result && (call.result.success === false || call.result.success === 'false')
    const [kind, text] = call.state !== 'done' ? ['flaky', states[call.state] ?? call.state] : refused ? ['failed', '失败 ' + (call.result.errorCode ?? '')] : ['passed', '成功']
    return el('tr', {}, el('td', { className: 'n' }, '+' + (call.at - start) + ' ms'), el('td', { className: 'm' }, call.method), el('td', { className: 's ' + kind }, text),
      el('td', { className: 'j' }, json(call.params)), el('td', { className: 'j' }, json(call.result)), el('td', { className: 'n' }, call.took + ' ms'))
  })
  const titles = ['时刻', '接口', '结果', '参数', '返回', '用时'].map(title => el('th', { scope: 'col', className: /[时用]/.test(title) ? 'n' : '' }, title))
  return el('div', { className: 'calls', tabIndex: 0, role: 'region', ariaLabel: 'JS-API 调用' }, el('table', {}, el('thead', {}, el('tr', {}, titles)), el('tbody', {}, body)))
}

// json shows a value in a line, and unfolds to all of it.
function json(value) {
  const text = JSON.stringify(value)
  if (value == null || typeof value !== 'object' || text.length <= 32) return el('code', {}, ...coloured(text ?? ''))
  const node = el('details', {}, el('summary', {}, text.length > 300 ? text.slice(0, 300) + '…' : text))
  node.addEventListener('toggle', () => { if (node.open && !node.children[1]) node.append(el('pre', { className: 'wrap' }, el('span', { className: 'l' }, ...coloured(JSON.stringify(value, null, 2))))) })
  return node
}

function coloured(text) {
  const parts = []
  let at = 0
  for (const match of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null|-?\d[\d.eE+-]*)\b/g)) {
    parts.push(text.slice(at, match.index), el('span', { className: match[2] ? 'key' : match[1] ? 'str' : 'num' }, match[1] ?? match[0]), match[2] ?? '')
    at = match.index + match[0].length
  }
  return [...parts, text.slice(at)]
}

const nothing = el('p', { className: 'none', hidden: rows.length > 0 }, rows.length ? '没有符合的测试' : '没有测试')
head()
bar()
const list = document.getElementById('list')
if (data.errors.length) {
  list.append(el('section', { className: 'file' }, el('h2', {}, el('span', { className: 'path failed' }, '没有跑起来的文件')),
    data.errors.map(error => el('div', { className: 'body' }, el('p', { className: 'where' }, place(error)), failure(error)))))
}
const rank = rows => Math.min(...rows.map(row => order.indexOf(row.status)))
for (const [file, rows] of [...files].sort((a, b) => rank(a[1]) - rank(b[1]) || 0)) list.append(card(file, rows))
list.append(nothing)
document.body.style.setProperty('--columns', several ? data.columns.length : 0)
if (!several) document.body.classList.add('single')
const firstFailed = document.querySelector('.row > .sign.failed')
if (firstFailed) firstFailed.closest('details').open = true

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.target === find) {
    if (event.key === 'Escape') { find.value = ''; filter(); find.blur() }
    return
  }
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, n: 1 }[event.key]
  if (event.key === '/') find.focus()
  else if (!step || (event.key.startsWith('Arrow') && !event.target.matches('.row'))) return
  else {
    const visible = [...document.querySelectorAll(event.key === 'n' ? '.row:has(> .sign.failed)' : '.row')].filter(row => !row.parentNode.hidden && !row.closest('section').hidden)
    const all = [...document.querySelectorAll('.row')]
    const at = all.indexOf(document.activeElement)
    const next = step > 0 ? visible.find(row => all.indexOf(row) > at) : visible.findLast(row => all.indexOf(row) < at)
    next?.focus()
    if (event.key === 'n' && next) { next.parentNode.open = true; next.scrollIntoView({ block: 'center' }) }
  }
  event.preventDefault()
})
