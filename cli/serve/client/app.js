// The frame of the live view: navigation, what is said on every page, and the view of the moment.
import {h} from './dom.js';
import {model, follow, subscribe, statusOf, chosen} from './store.js';
import {showRuns} from './runs.js';
import {showCurves} from './curves.js';
import {showCompare} from './compare.js';
import {showRun} from './run.js';
import {showFailures} from './failures.js';
import {showWorkers} from './workers.js';
import {showReports} from './reports.js';
import {showSegment} from './segment.js';

const views = {
  runs: ['Runs', showRuns],
  curves: ['Curves', showCurves],
  compare: ['Compare', showCompare],
  failures: ['Failures', showFailures],
  workers: ['Workers', showWorkers],
  reports: ['Reports', showReports],
  segment: ['Segment', showSegment],
  run: [null, showRun],
};

const main = document.getElementById('main');
const nav = document.getElementById('nav');
let leave = null;

function drawNav(current) {
  nav.replaceChildren(...Object.entries(views).filter(([, [title]]) => title).map(([name, [title]]) => {
    const n = name === 'compare' || name === 'curves' ? chosen.size : 0;
    return h('a', {href: `#${name}`, aria: name === current ? {current: 'page'} : {}},
      title, n > 0 ? h('span', {class: 'badge', title: 'chosen runs'}, String(n)) : null);
  }));
}

function route() {
  const [name, ...rest] = location.hash.slice(1).split('=');
  const current = name in views ? name : 'runs';
  if (name === 'main') return;
  leave?.();
  main.replaceChildren();
  main.className = current;
  document.body.dataset.view = current;
  drawNav(current);
  document.title = `${views[current][0] ?? 'Run'} · genrebench`;
  leave = views[current][1](main, decodeURIComponent(rest.join('=')));
}

function drawTally() {
  const counts = new Map();
  for (let i = 0; i < model.n; ++i) counts.set(statusOf(i), (counts.get(statusOf(i)) ?? 0) + 1);
  const parts = model.statuses.filter(status => counts.get(status))
    .map(status => h('span', {class: `status ${status}`}, `${counts.get(status)} ${status}`));
  document.getElementById('tally').replaceChildren(`${model.n} runs`, ...parts);
  const problem = document.getElementById('problem');
  const text = model.problem ||
    (model.connected ? '' : 'The connection to genrebench serve is closed. What you see may be old.');
  problem.textContent = text;
  problem.hidden = text === '';
}

async function start() {
  try {
    await follow();
  } catch (error) {
    main.replaceChildren(h('p', {class: 'error'}, String(error.message ?? error)));
    return;
  }
  model.connected = true;
  subscribe(change => {
    drawTally();
    if (change.chosen) drawNav(main.className);
  });
  drawTally();
  addEventListener('hashchange', route);
  route();
  document.body.dataset.ready = 'yes';
}

start();
