// Small helpers for building the page. All text goes in as text, never as markup: names of genres,
// tracks and experiments may hold anything.

/// An element. `props` may hold properties, `class`, `on` ({event: handler}), `data` and `aria`.
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === 'class') element.className = value;
    else if (name === 'on')
      for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else if (name === 'data') Object.assign(element.dataset, value);
    else if (name === 'aria')
      for (const [key, one] of Object.entries(value)) element.setAttribute(`aria-${key}`, one);
    else if (name === 'role' || name === 'for' || name === 'scope' || name === 'colspan')
      element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined));
  return element;
}

/// Rows of cells as a table; cells are texts, numbers or elements.
export function table(columns, rows, caption) {
  const cell = value => {
    const numeric = typeof value === 'number';
    return h('td', {class: numeric ? 'number' : ''}, numeric ? number(value) : value ?? '');
  };
  return h('div', {class: 'scroll', tabIndex: 0, role: 'region', aria: {label: caption || 'table'}},
    h('table', {}, caption ? h('caption', {}, caption) : null,
      h('thead', {}, h('tr', {}, columns.map(name => h('th', {scope: 'col'}, name)))),
      h('tbody', {}, rows.map(row => h('tr', {}, row.map(cell))))));
}

export function number(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return '';
  if (Number.isInteger(value)) return String(value);
  const size = Math.abs(value);
  return size !== 0 && (size < 1e-3 || size >= 1e6) ? value.toExponential(2)
    : value.toFixed(size < 10 ? 4 : 2);
}

export function percent(value) {
  return value === null || value === undefined ? '' : `${(100 * value).toFixed(1)} %`;
}

/// Whether a metric is a share, which is shown in percent.
export const isShare = name => /(accuracy|f1|precision|recall|auc)/.test(name);

export const metricText = (name, value) => isShare(name) ? percent(value) : number(value);

export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '';
  if (seconds < 1) return `${seconds.toFixed(2)} s`;
  if (seconds < 90) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = seconds / 60;
  if (minutes < 90) return `${minutes.toFixed(0)} min`;
  return minutes < 2880 ? `${(minutes / 60).toFixed(1)} h` : `${(minutes / 1440).toFixed(1)} days`;
}

export const shortId = id => id.slice(0, 8);

export const statusMark = status => h('span', {class: `status ${status}`}, status);

export async function getJson(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

/// Calls a function at most once per interval, and once more after the last call.
export function throttled(work, interval_ms) {
  let timer = null;
  let again = false;
  return function call() {
    if (timer !== null) {
      again = true;
      return;
    }
    work();
    timer = setTimeout(() => {
      timer = null;
      if (again) {
        again = false;
        call();
      }
    }, interval_ms);
  };
}

/// A labelled control.
export const labelled = (text, control) => h('label', {}, h('span', {}, text), control);

export const select = (options, value, change) => {
  const element = h('select', {on: {change: () => change(element.value)}},
    options.map(([key, text]) => h('option', {value: key}, text)));
  element.value = value;
  return element;
};
