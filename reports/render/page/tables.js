// Makes a table of a page sort, filter and copy: genrebenchTables.enhance(section).
var genrebenchTables = (function () {
  'use strict';
  const element = genrebenchCharts.element, button = genrebenchCharts.button;

  /// RFC 4180; what a spreadsheet would take for a formula gets an apostrophe.
  function csv(rows) {
    const cell = (value) => {
      let text = value === null || value === undefined ? '' : String(value);
      if (typeof value !== 'number' && /^\s*[=+@\uff1d\uff0b\uff20-]/.test(text)
          && !/^[-+]?[\d.]+(e[-+]?\d+)?( %)?$/i.test(text)) text = "'" + text;
      return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
    };
    return rows.map((row) => row.map(cell).join(',') + '\r\n').join('');
  }

  function latex_text(text) {
    const signs = {'\\': '\\textbackslash{}', '{': '\\{', '}': '\\}', $: '\\$', '&': '\\&',
      '#': '\\#', '%': '\\%', _: '\\_', '^': '\\textasciicircum{}', '~': '\\textasciitilde{}',
      '<': '\\textless{}', '>': '\\textgreater{}', '±': '$\\pm$', '−': '$-$', '–': '--',
      '†': '$\\dagger$', '‡': '$\\ddagger$', '[': '{[}', ']': '{]}', '*': '{*}',
      '|': '\\textbar{}', '…': '\\ldots{}', '×': '$\\times$'};
    return text.replace(/[\\{}$&#%_^~<>±−–†‡[\]*|…×]/g, (sign) => signs[sign]);
  }

  /// The text of a cell as a reader sees it, without buttons and players.
  function text_of(cell) {
    return cell.dataset.text || cell.textContent.trim();
  }

  /// The headings that stand right above the columns, from left to right.
  function lowest_headings(table) {
    const head = [...table.tHead.rows];
    if (head.length === 1) return [...head[0].cells];
    const lower = [...head[1].cells], result = [];
    for (const cell of head[0].cells)
      if (cell.rowSpan > 1) result.push(cell);
      else result.push(...lower.splice(0, cell.colSpan));
    return result;
  }

  /// "full songs: paper"
  function names_of(table) {
    const head = [...table.tHead.rows];
    const lowest = lowest_headings(table).map(text_of);
    if (head.length === 1) return lowest;
    const groups = [...head[0].cells].flatMap((cell) =>
      Array(cell.colSpan).fill(cell.rowSpan > 1 ? '' : text_of(cell)));
    return lowest.map((name, i) => groups[i] ? groups[i] + ': ' + name : name);
  }

  function shown_rows(table) {
    return [...table.tBodies[0].rows].filter((row) => !row.classList.contains('away'));
  }

  function table_csv(table) {
    return csv([names_of(table)].concat(shown_rows(table).map((row) =>
      [...row.cells].map(text_of))));
  }

  function table_latex(table) {
    const lowest = lowest_headings(table), head = [...table.tHead.rows];
    const aligned = lowest.map((cell) => cell.classList.contains('number') ? 'r' : 'l').join('');
    const line = (cells) => cells.join(' & ') + ' \\\\\n';
    let text = '% Needs \\usepackage{booktabs}.\n\\begin{tabular}{' + aligned + '}\n\\toprule\n';
    if (head.length > 1) {
      let at = 1;
      const rules = [];
      text += line([...head[0].cells].map((cell) => {
        const from = at;
        at += cell.colSpan;
        if (cell.rowSpan > 1) return '';
        rules.push('\\cmidrule(lr){' + from + '-' + (at - 1) + '}');
        return '\\multicolumn{' + cell.colSpan + '}{c}{' + latex_text(text_of(cell)) + '}';
      })) + rules.join('') + '\n';
    }
    text += line(lowest.map((cell) => latex_text(text_of(cell)))) + '\\midrule\n';
    for (const row of shown_rows(table))
      text += line([...row.cells].map((cell) => {
        let shown = latex_text(text_of(cell));
        if (shown && cell.classList.contains('caution')) shown = '\\textit{' + shown + '}';
        if (shown && cell.classList.contains('strong')) shown = '\\textbf{' + shown + '}';
        return shown;
      }));
    return text + '\\bottomrule\n\\end{tabular}\n';
  }

  /// The first number of a text, in seconds where it is a duration, for sorting; NaN if none.
  function number_of(text) {
    const time = text.match(/^(?:(\d+) h )?(?:(\d+) min ?)?(?:([\d.]+) s)?$/);
    if (time && text) return 3600 * (time[1] || 0) + 60 * (time[2] || 0) + Number(time[3] || 0);
    const found = text.replace(/−/g, '-').match(/[-+]?\d+(\.\d+)?(e[-+]?\d+)?/i);
    return found ? Number(found[0]) : NaN;
  }

  function sort(table, column, down) {
    const body = table.tBodies[0];
    const numeric = lowest_headings(table)[column].classList.contains('number');
    const keyed = [...body.rows].map((row, i) => {
      const text = text_of(row.cells[column]);
      return {row: row, i: i, text: text, number: numeric ? number_of(text) : NaN};
    });
    const order = new Intl.Collator('en', {numeric: true});
    keyed.sort((a, b) => {
      // Cells without a number stay last in either direction.
      if (numeric && isNaN(a.number) !== isNaN(b.number)) return isNaN(a.number) ? 1 : -1;
      const by = numeric && !isNaN(a.number) ? a.number - b.number
        : order.compare(a.text, b.text);
      return (down ? -by : by) || a.i - b.i;
    });
    body.append(...keyed.map((entry) => entry.row));
  }

  function add_sorting(table) {
    const headings = lowest_headings(table);
    headings.forEach((heading, column) => {
      const text = text_of(heading);
      heading.dataset.text = text;
      const control = element('button', {type: 'button', className: 'sort', textContent: text});
      heading.replaceChildren(control);
      control.onclick = () => {
        const down = heading.getAttribute('aria-sort') === 'ascending';
        headings.forEach((other) => other.removeAttribute('aria-sort'));
        heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
        sort(table, column, down);
      };
    });
  }

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext)
      return navigator.clipboard.writeText(text).catch(() => copy_by_selection(text));
    return Promise.resolve(copy_by_selection(text));
  }

  function copy_by_selection(text) {
    const area = element('textarea', {value: text});
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }

  function add_tools(section, table, tools) {
    const state = element('span', {className: 'state'});
    state.setAttribute('role', 'status');
    const filter = element('input', {type: 'search', placeholder: 'Filter rows'});
    const caption = table.caption ? table.caption.textContent : 'this table';
    filter.setAttribute('aria-label', 'Filter rows of ' + caption);
    const rows = [...table.tBodies[0].rows];
    filter.oninput = () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let n = 0;
      for (const row of rows) {
        const text = [...row.cells].map(text_of).join(' ').toLowerCase();
        const stays = words.every((word) => text.includes(word));
        row.classList.toggle('away', !stays);
        n += stays;
      }
      state.textContent = words.length ? n + ' of ' + rows.length + ' rows' : '';
    };
    const copied = (what) => () => { state.textContent = 'Copied as ' + what; };
    // The title stands before the tools; the caption goes on naming the table for screen readers.
    const bar = element('div', {className: 'tools'});
    if (table.caption) {
      table.caption.classList.add('spoken');
      const title = element('strong', {className: 'title', textContent: caption});
      title.setAttribute('aria-hidden', 'true');
      bar.append(title);
    }
    if (rows.length > 5) bar.append(filter);
    bar.append(
      button('Copy CSV', () => copy(table_csv(table)).then(copied('CSV')),
        'Copy CSV: ' + caption),
      button('Copy LaTeX', () => copy(table_latex(table)).then(copied('LaTeX')),
        'Copy LaTeX: ' + caption),
      button('Download CSV', () => tools.download((section.id || 'table') + '.csv', 'text/csv',
        table_csv(table)), 'Download CSV: ' + caption), state);
    section.insertBefore(bar, section.firstChild);
  }

  function enhance(section, tools) {
    const table = section.querySelector('table');
    if (!table || !table.tHead || !table.tBodies.length) return;
    if (table.tBodies[0].rows.length > 1) add_sorting(table);
    add_tools(section, table, tools);
  }

  /// A table of values, as charts show theirs.
  function make(columns, rows, title) {
    const kMost = 2000;
    const table = element('table');
    table.append(element('caption', {textContent: title + (rows.length > kMost
      ? ' (the first ' + kMost + ' of ' + rows.length + ' values; CSV has all)' : '')}));
    const numeric = columns.map((name, c) =>
      rows.every((row) => row[c] === null || typeof row[c] === 'number'));
    const cell = (tag, text, c) => element(tag, {textContent: text === null ? '' : String(text),
      className: numeric[c] ? 'number' : ''});
    table.createTHead().append(element('tr', {}, columns.map((name, c) => {
      const heading = cell('th', name, c);
      heading.scope = 'col';
      return heading;
    })));
    table.createTBody().append(...rows.slice(0, kMost).map((row) =>
      element('tr', {}, row.map((value, c) => cell('td', value, c)))));
    const scroll = element('div', {className: 'scroll', tabIndex: 0}, [table]);
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', 'Values of ' + title);
    scroll.style.maxHeight = '24rem';
    scroll.style.overflowY = 'auto';
    add_sorting(table);
    return element('div', {className: 'values'}, [scroll]);
  }

  return {enhance: enhance, make: make, csv: csv, table_csv: table_csv, table_latex: table_latex};
})();
