// The workers and their heartbeats. A worker whose process is gone or whose heartbeat stands still
// is lost.
import {h, duration, shortId} from './dom.js';
import {model, subscribe, timeLeft} from './store.js';

const ago = time => {
  const seconds = (Date.now() + model.clockOffset_ms - Date.parse(time)) / 1000;
  return Number.isFinite(seconds) ? `${duration(Math.max(0, seconds))} ago` : '';
};

function row(worker) {
  const place = model.places.get(worker.run);
  const left = place === undefined ? null : timeLeft(place);
  return h('tr', {class: worker.state.replace(' ', '-'), data: {worker: worker.id}},
    h('td', {class: 'number'}, String(worker.id)),
    h('td', {}, h('span', {class: `status ${worker.state === 'at work' ? 'running' : worker.state}`},
      worker.state)),
    h('td', {}, `${worker.host}, process ${worker.process}`),
    h('td', {}, worker.run ? h('a', {href: `#run=${worker.run}`}, shortId(worker.run)) : ''),
    h('td', {class: 'now'}, worker.now),
    h('td', {class: 'number'}, left === null ? '' : duration(left)),
    h('td', {class: 'number'}, String(worker.beat)),
    h('td', {}, worker.seen ? ago(worker.seen) : '', worker.state === 'at work'
      ? h('span', {class: 'hint'}, ` (every ${duration(worker.heartbeat_s)})`) : ''),
    h('td', {}, worker.started.replace('T', ' ').replace('Z', '')));
}

const kColumns = ['worker', 'state', 'process', 'run', 'now', 'left', 'beats', 'last heartbeat',
  'started (UTC)'];

export function showWorkers(main) {
  const content = h('div');
  main.append(h('h2', {}, 'Workers'), content);
  function draw() {
    const order = {'at work': 0, lost: 1, left: 2};
    const workers = [...model.workers].sort((a, b) => order[a.state] - order[b.state] || b.id - a.id);
    if (workers.length === 0) {
      content.replaceChildren(h('p', {class: 'hint'}, 'No worker has worked on this store yet.'));
      return;
    }
    content.replaceChildren(h('div', {class: 'scroll', tabIndex: 0, role: 'region',
      aria: {label: 'Workers'}}, h('table', {class: 'workers'},
      h('thead', {}, h('tr', {}, kColumns.map(name => h('th', {scope: 'col'}, name)))),
      h('tbody', {}, workers.map(row)))));
  }
  draw();
  const leave = subscribe(draw);
  const tick = setInterval(draw, 1000);
  return () => {
    leave();
    clearInterval(tick);
  };
}
