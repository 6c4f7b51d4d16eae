// The list of runs. Only the rows that can be seen are elements, so that 30 000 runs scroll as
// smoothly as thirty.
import {h, duration, number, metricText, shortId, statusMark, labelled, throttled}
  from './dom.js';
import {model, subscribe, statusOf, epochs, timeLeft, columnsOfRuns, chosen, choose, workerOfRun}
  from './store.js';
import {parseFilter} from './filter.js';

const kRowHeight = 32, kSpare = 12;

// What the user set outlives a change of view.
const state = {filter: '', group: '', sort: 'started', descending: true, open: new Set(),
  columns: null, focus: 0, scroll: 0};

const kFirstColumns = ['status', 'epoch', 'left', 'worker', 'experiment', 'method.name', 'features.name',
  'excerpt.name', 'dataset.name', 'split.kind', 'seed', 'test/accuracy', 'test/macro_f1', 'seconds',
  'started', 'message'];

/// The width of a column in rem: of its title and of the values of some runs.
function widthOf(column) {
  if (column.name === 'message') return 34;
  if (column.name === 'started') return 11.5;
  let longest = column.title.replace(/\.name$/, '').length + 2;
  const values = model.parameterByName.get(column.name)?.values;
  if (values) return Math.min(20, 1.2 + 0.53 * Math.max(longest, ...values.slice(0, 100)
    .map(value => Math.min(40, value.length))));
  const step = Math.max(1, Math.floor(model.n / 97));
  for (let i = 0; i < model.n; i += step) {
    const text = column.metric ? '100.0 % ± 10.0' : cellText(column, i);
    longest = Math.max(longest, (text.textContent ?? String(text)).length);
  }
  return Math.min(20, 1.2 + 0.53 * longest);
}

/// The columns shown at first: the usual ones, as far as their values differ, and two parameters
/// that a sweep varies.
function firstColumns(all) {
  const working = model.workers.some(worker => worker.state === 'at work');
  const shown = kFirstColumns.filter(name => all.has(name) &&
    (working || !['epoch', 'left', 'worker'].includes(name)));
  const varied = model.parameters.filter(p => !shown.includes(p.name) && p.values.length > 1 &&
    p.values.length <= 50 && p.name.startsWith('method.')).slice(0, 2).map(p => p.name);
  shown.splice(shown.indexOf('seed'), 0, ...varied);
  return new Set(shown);
}

function cellText(column, i) {
  const value = column.value(i);
  switch (column.name) {
    case 'run': return shortId(value);
    case 'started': return value.replace('T', ' ').replace('Z', '').slice(0, 19);
    case 'seconds': case 'left': return duration(value);
    case 'epoch': {
      const now = epochs(i);
      return now ? `${now.done}${now.total ? `/${now.total}` : ''}` : '';
    }
    case 'status': return statusMark(value);
    default:
      if (column.metric) return metricText(column.name, value);
      return typeof value === 'number' ? number(value) : value ?? '';
  }
}

/// Sorts places by a column: numbers, then texts; empty values come last either way.
function sorted(places, column, descending) {
  const sign = descending ? -1 : 1;
  const numbers = [], texts = [], empty = [];
  for (const i of places) {
    const value = column.value(i);
    if (value === null || value === undefined || value === '') {
      empty.push(i);
      continue;
    }
    const asNumber = Number(value);
    if (Number.isNaN(asNumber)) texts.push({i, key: String(value)});
    else numbers.push({i, key: asNumber});
  }
  const compare = (a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : a.i - b.i);
  numbers.sort(compare);
  texts.sort(compare);
  empty.sort((a, b) => a - b);
  const ordered = descending ? texts.concat(numbers) : numbers.concat(texts);
  return ordered.map(one => one.i).concat(empty);
}

/// The name of the group that a run belongs to.
function groupOf(all) {
  if (state.group === '(seeds)') {
    const columns = model.parameters.filter(p => p.name !== 'seed');
    return {key: i => columns.map(p => p.of[i]).join(','),
      title: places => columns.filter(p => p.values.length > 1)
        .map(p => [p, p.of[places[0]]]).filter(([, of]) => of >= 0)
        .map(([p, of]) => `${p.name.replace(/^method\.(?!name)/, '')}=${p.values[of]}`)
        .join('  ')};
  }
  const column = all.get(state.group);
  return {key: i => String(column.value(i) ?? ''), title: places =>
    `${column.title} = ${column.value(places[0]) ?? '(none)'}`};
}

const mean = values => values.reduce((a, b) => a + b, 0) / values.length;

/// Mean and standard deviation over runs that have the metric.
function spread(column, places) {
  const values = places.map(column.value).filter(v => v !== null && v !== undefined);
  if (values.length === 0) return null;
  const m = mean(values);
  const sd = values.length > 1
    ? Math.sqrt(values.reduce((sum, v) => sum + (v - m) ** 2, 0) / (values.length - 1)) : null;
  return {mean: m, sd, n: values.length};
}

export function showRuns(main) {
  let all = columnsOfRuns();
  state.columns ??= firstColumns(all);
  let rows = [];       // {run: place} or {group, places}
  const filter = h('input', {type: 'search', value: state.filter, spellcheck: false,
    placeholder: 'svm  status=failed  test/accuracy>0.7',
    on: {input: () => { state.filter = filter.value; rebuild(); }}});
  const groups = h('select', {on: {change: () => { state.group = groups.value; rebuild(); }}});
  const columnMenu = h('details', {class: 'menu'}, h('summary', {}, 'Columns'));
  const count = h('span', {class: 'hint', role: 'status'});
  const head = h('div', {class: 'head', role: 'row'});
  const space = h('div', {class: 'space'});
  const body = h('div', {class: 'body', role: 'rowgroup', tabIndex: 0,
    aria: {label: 'Runs; arrow keys move, Enter opens, space chooses'},
    on: {scroll: () => { state.scroll = body.scrollTop; draw(); }, keydown: press}}, space);
  const grid = h('div', {class: 'grid', role: 'grid', aria: {label: 'Runs'}},
    h('div', {role: 'rowgroup'}, head), body);
  const clear = h('button', {type: 'button', on: {click: () => choose([...chosen], false)}},
    'Choose none');
  const chooseAll = h('button', {type: 'button', on: {click: () => choose(
    rows.flatMap(row => row.places ?? [row.run]).slice(0, 200).map(i => model.ids[i]), true)}},
    'Choose these');
  main.append(h('div', {class: 'tools'}, labelled('Filter', filter), labelled('Group by', groups),
    columnMenu, chooseAll, clear, count), grid);

  const shownColumns = () => [...all.values()].filter(column => state.columns.has(column.name));

  function drawTools() {
    const options = [['', 'nothing'], ['(seeds)', 'configuration (seeds folded)'],
      ...[...all.values()].filter(c => !c.metric && !['run', 'left', 'seconds', 'started', 'seed',
        'epoch'].includes(c.name)).map(c => [c.name, c.title])];
    groups.replaceChildren(...options.map(([key, text]) => h('option', {value: key}, text)));
    if (!options.some(([key]) => key === state.group)) state.group = '';
    groups.value = state.group;
    columnMenu.replaceChildren(columnMenu.firstChild, h('div', {class: 'choices'},
      [...all.values()].map(column => h('label', {}, h('input', {type: 'checkbox',
        checked: state.columns.has(column.name), on: {change: event => {
          if (event.target.checked) state.columns.add(column.name);
          else state.columns.delete(column.name);
          drawHead();
          draw(true);
        }}}), column.title))));
  }

  function drawHead() {
    const columns = shownColumns();
    const widths = columns.filter(c => c.name !== 'run').map(widthOf);
    grid.style.setProperty('--columns', `2.2rem 6rem ${widths.map(w => `${w.toFixed(2)}rem`).join(' ')} 1fr`);
    grid.style.setProperty('--width', `${(8.2 + widths.reduce((a, b) => a + b, 0)).toFixed(2)}rem`);
    const header = column => h('div', {role: 'columnheader', class: column.numeric ? 'number' : '',
      aria: {sort: state.sort !== column.name ? 'none'
        : state.descending ? 'descending' : 'ascending'}},
      h('button', {type: 'button', title: `Sort by ${column.title}`, on: {click: () => {
        state.descending = state.sort === column.name ? !state.descending
          : Boolean(column.metric);
        state.sort = column.name;
        drawHead();
        rebuild();
      }}}, column.title.replace(/^(.*)\.name$/, '$1'),
      state.sort === column.name ? (state.descending ? ' ▾' : ' ▴') : ''));
    head.replaceChildren(h('div', {role: 'columnheader'}, h('span', {class: 'hidden'}, 'chosen')),
      header(all.get('run')),
      ...columns.filter(c => c.name !== 'run').map(header));
  }

  function rebuild() {
    const accept = parseFilter(state.filter, all, shownColumns());
    let places = [];
    for (let i = 0; i < model.n; ++i) if (accept(i)) places.push(i);
    const n = places.length;
    places = sorted(places, all.get(state.sort) ?? all.get('started'), state.descending);
    if (state.group) {
      const group = groupOf(all);
      const found = new Map();
      for (const i of places) {
        const key = group.key(i);
        if (!found.has(key)) found.set(key, []);
        found.get(key).push(i);
      }
      rows = [];
      for (const [key, own] of sortedGroups(found)) {
        rows.push({group: key, places: own, title: group.title(own)});
        if (state.open.has(key)) for (const i of own) rows.push({run: i, inside: true});
      }
      count.textContent = `${found.size} groups of ${n} runs`;
    } else {
      rows = places.map(run => ({run}));
      count.textContent = n === model.n ? '' : `${n} of ${model.n} runs`;
    }
    grid.setAttribute('aria-rowcount', rows.length);
    space.style.height = `${rows.length * kRowHeight}px`;
    state.focus = Math.min(state.focus, Math.max(0, rows.length - 1));
    draw(true);
  }

  /// Groups in the order of their means, where the runs are sorted by a number.
  function sortedGroups(found) {
    const column = all.get(state.sort);
    const groups = [...found];
    if (!column?.metric) return groups;
    const means = new Map(groups.map(([key, own]) => [key, spread(column, own)?.mean ?? null]));
    return groups.sort(([a], [b]) => {
      const x = means.get(a), y = means.get(b);
      if (x === null || y === null) return (x === null) - (y === null);
      return state.descending ? y - x : x - y;
    });
  }

  const drawn = new Map();  // elements by row number

  function draw(anew = false) {
    if (anew) {
      for (const element of drawn.values()) element.remove();
      drawn.clear();
    }
    const first = Math.max(0, Math.floor(body.scrollTop / kRowHeight) - kSpare);
    const end = Math.min(rows.length,
      Math.ceil((body.scrollTop + body.clientHeight) / kRowHeight) + kSpare);
    for (const [place, element] of drawn)
      if (place < first || place >= end) {
        element.remove();
        drawn.delete(place);
      }
    const columns = shownColumns().filter(column => column.name !== 'run');
    const fresh = [];
    for (let place = first; place < end; ++place) {
      if (drawn.has(place)) continue;
      const element = rows[place].places ? groupRow(rows[place], columns)
        : runRow(rows[place], columns);
      element.style.transform = `translateY(${place * kRowHeight}px)`;
      element.setAttribute('aria-rowindex', place + 1);
      element.classList.toggle('focus', place === state.focus);
      drawn.set(place, element);
      fresh.push(element);
    }
    space.append(...fresh);
  }

  const box = (ids, label) => h('input', {type: 'checkbox', tabIndex: -1,
    checked: ids.every(id => chosen.has(id)), aria: {label},
    on: {change: event => choose(ids, event.target.checked)}});

  const cell = (column, content) => h('div', {role: 'gridcell', class: column.numeric ? 'number' : '',
    title: typeof content === 'string' ? content : ''}, content);

  function runRow(row, columns) {
    const i = row.run, id = model.ids[i];
    const lost = statusOf(i) === 'running' && workerOfRun(i)?.state === 'lost';
    return h('div', {role: 'row', class: `row${row.inside ? ' inside' : ''}${lost ? ' lost' : ''}`,
      data: {run: id}},
      h('div', {role: 'gridcell'}, box([id], `choose run ${shortId(id)}`)),
      h('div', {role: 'gridcell'}, h('a', {href: `#run=${id}`, tabIndex: -1}, shortId(id))),
      columns.map(column => cell(column, lost && column.name === 'status' ? statusMark('lost')
        : cellText(column, i))));
  }

  function groupRow(row, columns) {
    const open = state.open.has(row.group);
    const toggle = h('button', {type: 'button', class: 'fold', tabIndex: -1,
      aria: {expanded: String(open)}, on: {click: () => fold(row.group)}},
      `${open ? '▾' : '▸'} ${row.places.length}`);
    const text = column => {
      if (column.name === 'status') {
        const counts = new Map();
        for (const i of row.places) counts.set(statusOf(i), (counts.get(statusOf(i)) ?? 0) + 1);
        return h('span', {}, [...counts].flatMap(([status, n]) =>
          [h('span', {class: `status ${status}`}, `${n} ${status}`), ' ']));
      }
      if (column.metric) {
        const s = spread(column, row.places);
        if (!s) return '';
        return metricText(column.name, s.mean) +
          (s.sd === null ? '' : ` ± ${metricText(column.name, s.sd).replace(' %', '')}`);
      }
      const values = new Set(row.places.map(column.value).filter(v => v !== null && v !== undefined));
      if (values.size === 1 && column.name !== 'message') return cellText(column, row.places[0]);
      return values.size > 1 && !column.numeric && column.name !== 'started' ? `${values.size} values` : '';
    };
    return h('div', {role: 'row', class: 'row group', title: row.title},
      h('div', {role: 'gridcell'}, box(row.places.map(i => model.ids[i]), 'choose the group')),
      h('div', {role: 'gridcell'}, toggle),
      columns.map(column => cell(column, text(column))));
  }

  function fold(key) {
    if (!state.open.delete(key)) state.open.add(key);
    rebuild();
  }

  function press(event) {
    const page = Math.max(1, Math.floor(body.clientHeight / kRowHeight) - 1);
    const steps = {ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length,
      End: rows.length};
    const row = rows[state.focus];
    if (event.key in steps) {
      state.focus = Math.min(rows.length - 1, Math.max(0, state.focus + steps[event.key]));
      const top = state.focus * kRowHeight;
      if (top < body.scrollTop) body.scrollTop = top;
      else if (top + kRowHeight > body.scrollTop + body.clientHeight)
        body.scrollTop = top + kRowHeight - body.clientHeight;
      draw(true);
    } else if (event.key === 'Enter' && row) {
      if (row.places) fold(row.group);
      else location.hash = `run=${model.ids[row.run]}`;
    } else if (event.key === ' ' && row) {
      const ids = (row.places ?? [row.run]).map(i => model.ids[i]);
      choose(ids, !ids.every(id => chosen.has(id)));
    } else return;
    event.preventDefault();
  }

  const refresh = throttled(() => rebuild(), 500);
  const leave = subscribe(change => {
    if (change.whole) {
      all = columnsOfRuns();
      drawTools();
      drawHead();
      rebuild();
    } else if (change.chosen) draw(true);
    else refresh();
  });
  const tick = setInterval(() => { if (model.workers.some(w => w.run)) draw(true); }, 2000);
  const resized = new ResizeObserver(() => draw());
  resized.observe(body);
  drawTools();
  drawHead();
  rebuild();
  body.scrollTop = state.scroll;
  return () => {
    leave();
    clearInterval(tick);
    resized.disconnect();
  };
}
