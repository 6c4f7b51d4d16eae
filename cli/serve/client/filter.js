// The language of the filter above the runs: words that a row must hold, and conditions on columns:
// `svm status=failed test/accuracy>0.7 features.name!=mfcc`.

const kCondition = /^([^\s=<>!~]+)(!=|>=|<=|=|>|<|~)(.*)$/;

function nearest(name, all) {
  if (all.has(name)) return all.get(name);
  // "accuracy" for "test/accuracy", "c" for "method.c", where only one ends so.
  const ends = [...all.values()].filter(c => c.name.endsWith(`/${name}`) ||
    c.name.endsWith(`.${name}`));
  return ends.find(c => c.name.startsWith('test/')) ?? ends[0];
}

function condition(column, sign, wanted) {
  const asNumber = Number(wanted);
  return i => {
    const value = column.value(i);
    const text = String(value ?? '');
    const numbers = wanted !== '' && text !== '' && !Number.isNaN(asNumber) &&
      !Number.isNaN(Number(text));
    switch (sign) {
      case '=': return numbers ? Number(text) === asNumber : text === wanted;
      case '!=': return numbers ? Number(text) !== asNumber : text !== wanted;
      case '~': return text.toLowerCase().includes(wanted.toLowerCase());
      case '>': return numbers && Number(text) > asNumber;
      case '<': return numbers && Number(text) < asNumber;
      case '>=': return numbers && Number(text) >= asNumber;
      default: return numbers && Number(text) <= asNumber;
    }
  };
}

/// @param all    the columns by name
/// @param shown  those that words are looked for in
/// @return       a function of a run's place
export function parseFilter(text, all, shown) {
  const tests = [];
  for (const word of text.match(/(?:[^\s"]|"[^"]*")+/g) ?? []) {
    const plain = word.replaceAll('"', '');
    const found = kCondition.exec(plain);
    const column = found ? nearest(found[1], all) : undefined;
    if (column) {
      tests.push(condition(column, found[2], found[3]));
      continue;
    }
    const wanted = plain.toLowerCase();
    const searched = [all.get('run'), ...shown];
    tests.push(i => searched.some(c => String(c.value(i) ?? '').toLowerCase().includes(wanted)));
  }
  return i => tests.every(test => test(i));
}
