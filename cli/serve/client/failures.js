// What failed, was lost, pruned or skipped, grouped by what was said.
import {h, shortId, throttled} from './dom.js';
import {model, subscribe, statusOf} from './store.js';

const kKinds = ['failed', 'lost', 'pruned', 'skipped'];
const kListed = 50;

/// Messages that differ only in numbers, quotes and paths are one kind of failure.
const kindOf = message => message.replace(/'[^']*'/g, '‘…’').replace(/\/\S+/g, '…')
  .replace(/\d+(\.\d+)?/g, '#');

function runLine(i) {
  const log = h('pre', {class: 'log', tabIndex: 0, hidden: true});
  const button = h('button', {type: 'button', class: 'quiet', on: {click: async () => {
    if (!log.hidden) {
      log.hidden = true;
      return;
    }
    const answer = await fetch(`api/log?id=${model.ids[i]}`);
    log.textContent = await answer.text();
    log.hidden = false;
  }}}, 'log');
  return h('li', {}, h('a', {href: `#run=${model.ids[i]}`}, shortId(model.ids[i])), ' ',
    h('span', {class: 'hint'}, [model.plansOf[i], `seed ${model.seed[i]}`,
      model.started[i].replace('T', ' ').replace('Z', '')].filter(Boolean).join(' · ')),
    ' ', button, h('p', {class: 'message'}, model.messages[i] ?? ''), log);
}

export function showFailures(main) {
  const content = h('div');
  main.append(h('h2', {}, 'Failures'), content);
  const open = new Set();
  let before = '';

  function draw() {
    const groups = new Map();
    for (let i = 0; i < model.n; ++i) {
      const status = statusOf(i);
      if (!kKinds.includes(status)) continue;
      const key = `${status}\n${kindOf(model.messages[i] ?? '')}`;
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(i);
    }
    const now = JSON.stringify([...groups]);
    if (now === before) return;  // what is open stays open
    before = now;
    if (groups.size === 0) {
      content.replaceChildren(h('p', {class: 'hint'}, 'No run has failed, was lost, pruned or skipped.'));
      return;
    }
    const order = [...groups].sort(([a, x], [b, y]) =>
      kKinds.indexOf(a.split('\n')[0]) - kKinds.indexOf(b.split('\n')[0]) || y.length - x.length);
    content.replaceChildren(...order.map(([key, places]) => {
      const status = key.split('\n')[0];
      const details = h('details', {class: 'failure', open: open.has(key) || groups.size === 1,
        on: {toggle: () => { if (details.open) open.add(key); else open.delete(key); }}},
        h('summary', {}, h('span', {class: `status ${status}`}, `${places.length} ${status}`), ' ',
          model.messages[places[0]] ?? ''),
        h('ul', {}, places.slice(0, kListed).map(runLine)),
        places.length > kListed ? h('p', {class: 'hint'}, `and ${places.length - kListed} more`) : null);
      return details;
    }));
  }

  draw();
  return subscribe(throttled(draw, 1000));
}
