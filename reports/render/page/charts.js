// Draws the figures of a page: a legend that switches series off, values under the pointer, a part
// to zoom into, downloads, and the values as a table. genrebenchCharts.mount(figure, tools) draws
// one; what it needs of the page is in `tools` (page.js).
var genrebenchCharts = (function () {
  'use strict';
  let n_mounted = 0;

  function look() {
    const style = getComputedStyle(document.documentElement);
    const of = (name) => style.getPropertyValue(name).trim();
    return {ink: of('--ink'), soft: of('--soft'), grid: of('--grid'), back: of('--back'),
      dark: style.colorScheme.includes('dark'), font: 'DejaVu Sans, Verdana, sans-serif'};
  }

  /// What files and paper show, whatever the page's mode.
  const kLight = {ink: '#1a1a1a', soft: '#4a4d52', grid: '#e4e4e4', back: '#ffffff', dark: false,
    font: 'DejaVu Sans, Verdana, sans-serif'};

  function element(tag, properties, children) {
    const result = Object.assign(document.createElement(tag), properties || {});
    for (const child of children || []) result.append(child);
    return result;
  }

  function button(label, action, title) {
    const result = element('button', {type: 'button', textContent: label, onclick: action});
    if (title) result.setAttribute('aria-label', title);
    return result;
  }

  function swatch(series) {
    const ns = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(ns, 'svg');
    svg.setAttribute('class', 'swatch');
    svg.setAttribute('viewBox', '0 0 20 12');
    svg.setAttribute('aria-hidden', 'true');
    const shapes = {circle: 'M10,2a4,4 0 1,0 .01,0z', square: 'M6,2h8v8h-8z',
      'triangle-up': 'M10,1l5,9h-10z', 'triangle-down': 'M10,11l5,-9h-10z',
      diamond: 'M10,0l5,6l-5,6l-5,-6z', cross: 'M8,1h4v3h3v4h-3v3h-4v-3h-3v-4h3z',
      'triangle-right': 'M5,1v10l10,-5z', 'triangle-left': 'M15,1v10l-10,-5z'};
    const add = (d, more) => {
      const path = document.createElementNS(ns, 'path');
      path.setAttribute('d', d);
      for (const key in more) path.setAttribute(key, more[key]);
      svg.append(path);
    };
    if (series.line) add('M0,6h20', {stroke: series.colour, 'stroke-width': 2,
      'stroke-dasharray': series.dashed ? '5 3' : 'none'});
    add(shapes[series.shape] || shapes.circle, {fill: series.colour});
    return svg;
  }

  /// Screen readers get the name of the picture and the table of values, not thousands of marks.
  function without_parts(spec) {
    for (const part of [].concat(spec.marks || [], spec.axes || [], spec.legends || [])) {
      part.aria = false;
      without_parts(part);
    }
    return spec;
  }

  class Chart {
    constructor(figure, data, tools) {
      this.figure = figure;
      this.data = data;
      this.tools = tools;
      this.name = figure.id || 'chart';
      this.hidden = [];
      this.cursor = null;
      this.number = ++n_mounted;
      this.still = figure.querySelector('.still');
      this.legend = element('div', {className: 'legend'});
      this.legend.setAttribute('role', 'group');
      this.legend.setAttribute('aria-label', 'Series');
      this.canvas = element('div', {className: 'canvas'});
      this.picked = element('div', {className: 'picked', hidden: true});
      this.live = element('div', {className: 'live'}, [this.legend, this.canvas, this.toolbar()]);
      this.still.before(this.live);
      this.still.classList.add('drawn');
      this.listen();
    }

    width() {
      return Math.max(200, Math.min(760, this.live.clientWidth - 90));
    }

    build(of, width) {
      return genrebenchSpecs[this.data.kind](this.data, of, width);
    }

    /// Draws anew: at first, and when the width or the mode has changed.
    draw() {
      const shown = this.made && {x: this.made.view.signal('xd'), y: this.made.view.signal('yd')};
      if (this.made) this.made.view.finalize();
      const made = this.build(look(), this.width());
      this.canvas.replaceChildren();
      const box = element('div');
      this.canvas.append(box, this.picked);
      made.view = new vega.View(vega.parse(without_parts(made.spec), null, {ast: true}), {
        expr: vega.expressionInterpreter, renderer: made.canvas ? 'canvas' : 'svg',
        container: box, logLevel: vega.Warn, hover: true,
        tooltip: (handler, event, item, value) => this.show_tip(event, value),
      });
      made.view.description(this.title());
      if (shown) made.view.signal('xd', shown.x).signal('yd', shown.y);
      made.view.signal('hidden', this.hidden).signal('playing', this.cursor);
      made.view.addEventListener('click', (event, item) => {
        if (!this.dragged && item && item.mark.name === 'regions' && this.on_region)
          this.on_region(item.tooltip - 1, this.time_at(event));
      });
      this.made = made;
      made.view.run();
      // The picture as a whole has a name; its parts are in the table of values.
      const picture = box.querySelector('svg, canvas');
      if (picture) {
        picture.setAttribute('role', 'img');
        picture.setAttribute('aria-label', this.title());
        const root = picture.querySelector('.root');
        if (root) ['role', 'aria-roledescription'].forEach((name) => root.removeAttribute(name));
      }
      this.draw_legend();
      return this;
    }

    title() {
      const caption = this.figure.querySelector('figcaption');
      return caption ? caption.textContent : this.name;
    }

    draw_legend() {
      this.legend.replaceChildren(...this.made.series.map((series) => {
        const key = element('button', {type: 'button'}, [swatch(series), series.name]);
        key.setAttribute('aria-pressed', String(!this.hidden.includes(series.place)));
        key.onclick = () => {
          this.hidden = this.hidden.includes(series.place)
            ? this.hidden.filter((place) => place !== series.place)
            : this.hidden.concat([series.place]);
          key.setAttribute('aria-pressed', String(!this.hidden.includes(series.place)));
          this.made.view.signal('hidden', this.hidden).run();
        };
        return key;
      }));
      this.legend.hidden = this.made.series.length === 0;
    }

    toolbar() {
      const tools = element('div', {className: 'tools'});
      this.values = button('Values', () => this.toggle_values());
      this.values.setAttribute('aria-expanded', 'false');
      tools.append(
        button('+', () => this.zoom(0.5), 'Zoom in'), button('−', () => this.zoom(2), 'Zoom out'),
        button('Whole', () => this.show_whole(), 'Show the whole chart'),
        button('SVG', () => this.save_svg(), 'Download as SVG'),
        button('PNG', () => this.save_png(), 'Download as PNG'),
        button('CSV', () => this.save_data(), 'Download the data as CSV'), this.values);
      return tools;
    }

    toggle_values() {
      if (this.table) {
        this.table.remove();
        this.table = null;
      } else {
        const values = this.made.table;
        this.table = this.tools.table(values.columns, values.rows, this.title());
        this.live.append(this.table);
      }
      this.values.setAttribute('aria-expanded', String(Boolean(this.table)));
    }

    // Zoom.

    /// @param factor  of the shown width; below 1 shows less
    zoom(factor) {
      for (const name of ['x', 'y']) {
        if (!this.made[name]) continue;
        const whole = this.made[name], log = whole.log;
        const to = log ? Math.log : (v) => v, from = log ? Math.exp : (v) => v;
        const shown = this.made.view.signal(name + 'd').map(to);
        const keep_y = name === 'y' && this.data.kind === 'line';
        const half = (shown[1] - shown[0]) / 2 * (keep_y ? 1 : factor);
        const middle = (shown[0] + shown[1]) / 2;
        this.set_domain(name, from(middle - half), from(middle + half));
      }
      this.made.view.run();
    }

    set_domain(name, low, high) {
      const whole = this.made[name];
      this.made.view.signal(name + 'd',
        [Math.max(low, whole.low), Math.min(high, whole.high)]);
    }

    show_whole() {
      for (const name of ['x', 'y'])
        if (this.made[name]) this.set_domain(name, -Infinity, Infinity);
      this.made.view.run();
    }

    /// The place of an event within the axes, in pixels.
    place(event) {
      const box = this.canvas.getBoundingClientRect(), origin = this.made.view.origin();
      const padding = 4;
      return {x: event.clientX - box.left - origin[0] - padding,
        y: event.clientY - box.top - origin[1] - padding};
    }

    value_at(name, pixel) {
      const view = this.made.view, whole = this.made[name];
      const length = view.signal(name === 'x' ? 'width' : 'height');
      let [low, high] = view.signal(name + 'd');
      if (whole.log) [low, high] = [Math.log(low), Math.log(high)];
      let part = Math.min(1, Math.max(0, pixel / length));
      if (name === 'y' && !whole.down) part = 1 - part;
      const value = low + part * (high - low);
      return whole.log ? Math.exp(value) : value;
    }

    /// The point nearest to a place, if it is near.
    nearest(place) {
      const kNear = 45, view = this.made.view;
      const y_axis = this.made.y || this.made.whole_y;
      const pixel = (axis, domain, length, value) => {
        const to = axis.log ? Math.log : (v) => v;
        const part = (to(value) - to(domain[0])) / (to(domain[1]) - to(domain[0]));
        return length * (axis === y_axis && !axis.down ? 1 - part : part);
      };
      const xd = view.signal('xd'), yd = view.signal('yd');
      const width = view.signal('width'), height = view.signal('height');
      let best = null, least = kNear;
      for (const point of this.made.points) {
        if (this.hidden.includes(point.s) || point.x < xd[0] || point.x > xd[1]) continue;
        const distance = Math.hypot(pixel(this.made.x, xd, width, point.x) - place.x,
          pixel(y_axis, yd, height, point.y) - place.y);
        if (distance < least) [best, least] = [point, distance];
      }
      return best;
    }

    time_at(event) {
      return this.value_at('x', this.place(event).x);
    }

    listen() {
      let start = null;
      this.canvas.addEventListener('pointerdown', (event) => {
        if (event.button !== 0 || !this.made) return;
        const at = this.place(event), view = this.made.view;
        const inside = at.x >= 0 && at.y >= 0 && at.x <= view.signal('width')
          && at.y <= view.signal('height');
        this.dragged = false;
        start = inside ? at : null;
      });
      window.addEventListener('pointermove', (event) => {
        if (!start) return;
        const at = this.place(event);
        if (Math.abs(at.x - start.x) < 6) return;
        this.dragged = true;
        event.preventDefault();
        const origin = this.made.view.origin(), view = this.made.view;
        const free_y = this.made.y && this.data.kind !== 'line';
        const top = free_y ? Math.min(at.y, start.y) : 0;
        const height = free_y ? Math.abs(at.y - start.y) : view.signal('height');
        Object.assign(this.picked.style, {
          left: origin[0] + 4 + Math.min(at.x, start.x) + 'px', top: origin[1] + 4 + top + 'px',
          width: Math.abs(at.x - start.x) + 'px', height: height + 'px'});
        this.picked.hidden = false;
      });
      window.addEventListener('pointerup', (event) => {
        const from = start;
        start = null;
        this.picked.hidden = true;
        if (!from || !this.dragged) return;
        const at = this.place(event);
        for (const name of ['x', 'y']) {
          if (!this.made[name] || (name === 'y' && this.data.kind === 'line')) continue;
          const ends = [this.value_at(name, from[name]), this.value_at(name, at[name])]
            .sort((a, b) => a - b);
          if (ends[1] > ends[0]) this.set_domain(name, ends[0], ends[1]);
        }
        this.made.view.run();
      });
      window.addEventListener('pointercancel', () => {
        start = null;
        this.picked.hidden = true;
      });
      this.canvas.addEventListener('pointermove', (event) => {
        if (!this.made || !this.made.points || start) return;
        const point = this.nearest(this.place(event));
        this.tools.tip(point ? this.made.tip(point.i) : null, event);
      });
      this.canvas.addEventListener('dblclick', () => this.show_whole());
      this.canvas.addEventListener('pointerleave', () => this.tools.tip(null));
    }

    show_tip(event, value) {
      if (!this.made.points) this.tools.tip(value ? this.made.tip(value) : null, event);
    }

    set_cursor(seconds) {
      this.cursor = seconds;
      if (this.made) this.made.view.signal('playing', seconds).run();
    }

    // Files: dark on white, with what is shown now.

    light_view() {
      const made = this.build(kLight, this.width());
      // The legend is outside the drawing; in a file it belongs to it.
      if (made.series.length) {
        made.spec.scales.push({name: 'legend', type: 'ordinal',
          domain: made.series.map((series) => series.name),
          range: made.series.map((series) => series.colour)});
        made.spec.legends = [{fill: 'legend', orient: 'top', columns: 3, symbolType: 'circle'}];
      }
      const view = new vega.View(vega.parse(made.spec, null, {ast: true}),
        {expr: vega.expressionInterpreter, renderer: 'none'});
      const shown = this.made.view;
      return view.signal('xd', shown.signal('xd')).signal('yd', shown.signal('yd'))
        .signal('hidden', this.hidden);
    }

    save_svg() {
      return this.light_view().toSVG().then((svg) =>
        this.tools.download(this.name + '.svg', 'image/svg+xml', svg));
    }

    save_png() {
      return this.light_view().toCanvas(2).then((canvas) => new Promise((done) =>
        canvas.toBlob((blob) => done(this.tools.download(this.name + '.png', 'image/png', blob)))));
    }

    save_data() {
      const values = this.made.table;
      this.tools.download(this.name + '.csv', 'text/csv',
        this.tools.csv([values.columns].concat(values.rows)));
    }
  }

  /// Draws a figure when it comes near the window, and again when width or mode change.
  function mount(figure, tools) {
    const source = figure.querySelector('script[type="application/json"]');
    if (!source) return null;
    const data = JSON.parse(source.textContent);
    if (!genrebenchSpecs[data.kind]) return null;
    const chart = new Chart(figure, data, tools);
    // A page may have dozens of charts: each takes its room at once, and its drawing later.
    chart.canvas.style.minHeight = '240px';
    const near = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      near.disconnect();
      chart.draw();
      chart.canvas.style.minHeight = '';
      chart.figure.dataset.drawn = 'true';
    }, {rootMargin: '600px'});
    near.observe(chart.live);
    let last = null;  // asking for it here would lay out the page once per chart
    new ResizeObserver((entries) => {
      const width = entries[entries.length - 1].contentRect.width;
      const changed = last !== null && Math.abs(width - last) >= 4;
      if (last === null || changed) last = width;
      if (chart.made && changed) requestAnimationFrame(() => chart.draw());
    }).observe(chart.live);
    return chart;
  }

  return {mount: mount, element: element, button: button};
})();
