// The chosen runs beside each other: the parameters that differ, the results, and their curves on
// top of each other.
import {h, metricText, shortId, statusMark, throttled} from './dom.js';
import {model, subscribe, statusOf, chosenPlaces, choose} from './store.js';
import {CurveSource} from './curves.js';
import {Chart} from './charts.js';

const kMostRuns = 24;

/// Marks the best of a row of results; lower is better for losses and errors.
function best(name, values) {
  const known = values.filter(v => v !== null && v !== undefined);
  if (known.length < 2 || new Set(known).size < 2) return null;
  return /loss|error|brier|ece/.test(name) ? Math.min(...known) : Math.max(...known);
}

function comparison(places) {
  const head = h('tr', {}, h('th', {scope: 'col'}, 'run'), places.map(i => h('th', {scope: 'col'},
    h('a', {href: `#run=${model.ids[i]}`}, shortId(model.ids[i])),
    h('button', {type: 'button', class: 'quiet', title: 'Leave out of the comparison',
      aria: {label: `Leave out run ${shortId(model.ids[i])}`},
      on: {click: () => choose([model.ids[i]], false)}}, '×'))));
  const row = (name, cells) => h('tr', {}, h('th', {scope: 'row'}, name), cells);
  const section = title => h('tr', {class: 'section'},
    h('th', {colspan: String(places.length + 1), scope: 'colgroup'}, title));
  const differing = model.parameters.filter(p => new Set(places.map(i => p.of[i])).size > 1);
  const rows = [row('status', places.map(i => h('td', {}, statusMark(statusOf(i))))),
    row('experiment', places.map(i => h('td', {}, model.plansOf[i])))];
  if (new Set(places.map(i => model.seed[i])).size > 1)
    rows.push(row('seed', places.map(i => h('td', {class: 'number'}, String(model.seed[i])))));
  rows.push(section(`Parameters that differ: ${differing.length}`));
  for (const p of differing)
    rows.push(row(p.name, places.map(i => h('td', {class: p.of[i] < 0 ? 'none' : ''},
      p.of[i] < 0 ? 'none' : p.values[p.of[i]]))));
  rows.push(section('Results'));
  for (const metric of model.metrics) {
    const values = places.map(i => metric.of[i] ?? null);
    if (values.every(v => v === null)) continue;
    const top = best(metric.name, values);
    rows.push(row(metric.name, values.map(v => h('td', {class: `number${v !== null && v === top
      ? ' best' : ''}`}, metricText(metric.name, v)))));
  }
  rows.push(row('seconds', places.map(i => h('td', {class: 'number'},
    model.wall[i] ? model.wall[i].toFixed(1) : ''))));
  return h('div', {class: 'scroll', tabIndex: 0, role: 'region', aria: {label: 'Comparison'}},
    h('table', {class: 'compare'}, h('thead', {}, head), h('tbody', {}, rows)));
}

export function showCompare(main) {
  const source = new CurveSource();
  const content = h('div');
  const charts = h('div', {class: 'charts'});
  const shown = new Map();
  main.append(h('h2', {}, 'Compare'), content, charts);

  function draw() {
    const places = chosenPlaces().slice(0, kMostRuns);
    if (places.length < 2) {
      content.replaceChildren(h('p', {class: 'hint'},
        'Choose two runs or more in the ', h('a', {href: '#runs'}, 'list'), '.'));
    } else {
      const more = chosenPlaces().length - places.length;
      content.replaceChildren(comparison(places), ...(more > 0
        ? [h('p', {class: 'hint'}, `The first ${kMostRuns} of the chosen runs are shown.`)] : []));
    }
    const metrics = places.length < 2 ? [] : source.metrics(places);
    for (const [name, chart] of shown)
      if (!metrics.includes(name)) {
        chart.remove();
        shown.delete(name);
      }
    for (const name of metrics) {
      if (!shown.has(name)) {
        const chart = new Chart(name, name);
        shown.set(name, chart);
        charts.append(chart.element);
      }
      shown.get(name).show(source.series(places, name, false));
    }
  }

  const update = throttled(() => {
    draw();
    source.update(chosenPlaces().slice(0, kMostRuns)).then(changed => { if (changed) draw(); })
      .catch(error => content.append(h('p', {class: 'error'}, String(error.message ?? error))));
  }, 500);
  const leave = subscribe(update);
  update();
  return () => {
    leave();
    for (const chart of shown.values()) chart.remove();
  };
}
