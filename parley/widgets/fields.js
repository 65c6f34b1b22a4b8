// One drawing function for each kind of field: (spec, value, changed) -> { box, get, set }.
// changed(now) says that the value moved; now = true for a click, false while somebody types.

const heading = (spec, id) => mk("div", { className: "parley-label", id }, mk("span", { textContent: spec.label }),
  spec.help ? mk("small", { className: "parley-help", textContent: spec.help }) : null);

const drawChoice = (spec, value, changed) => {
  if (spec.options.length > 7) return drawList(spec, value, changed); // a long list would push all else off the screen
  const id = uid(), radios = radioGroup({ labelId: id, options: spec.options, value, onPick: () => changed(true) });
  return { box: mk("div", { className: "parley-field" }, heading(spec, id), radios.box), get: radios.get, set: radios.set };
};

const drawList = (spec, value, changed, required = false) => {
  const id = uid();
  const select = mk("select", { id, className: "parley-select", onchange: () => changed(true) }, required ? null : mk("option", { value: "", textContent: "choose…" }),
    ...spec.options.map(([k, w]) => mk("option", { value: k, textContent: w })));
  select.value = value ?? "";
  return {
    box: mk("div", { className: "parley-field" }, mk("label", { htmlFor: id, className: "parley-label" }, spec.label,
      spec.help ? mk("small", { className: "parley-help", textContent: spec.help }) : null), select),
    get: () => select.value || null,
    set: (v) => { select.value = v ?? ""; },
  };
};

const drawGrid = (spec, value, changed) => {
  const rows = spec.rows.map(([key, words]) => {
    const id = uid(), fixed = spec.locked.includes(key);
    const radios = radioGroup({ labelId: id, options: spec.options, value: value?.[key], onPick: () => changed(true), disabled: fixed, inline: true });
    const quote = mk("blockquote", { className: "parley-quote", hidden: true }); // the reader's own sentence, if there is a copy
    quote.dataset.sentence = key;
    const label = mk("div", { id, className: "parley-rowlabel" }, mk("span", { className: "parley-tag", textContent: key }), mk("span", { textContent: words }), quote,
      fixed ? mk("small", { className: "parley-help", textContent: "Done for you." }) : null);
    return { key, radios, box: mk("div", { className: "parley-row" }, label, radios.box) };
  });
  return {
    box: mk("div", { className: "parley-field" }, heading(spec, uid()), ...rows.map((r) => r.box)),
    get: () => Object.fromEntries(rows.map((r) => [r.key, r.radios.get()])),
    set: (v) => rows.forEach((r) => r.radios.set(v?.[r.key])),
  };
};

const drawOrder = (spec, value, changed) => {
  const words = Object.fromEntries(spec.items), said = statusLine("parley-spoken"), list = mk("ol", { className: "parley-order" });
  let order = value ?? spec.items.map(([k]) => k), moved = value != null;
  const move = (key, by, button) => {
    const at = order.indexOf(key), to = at + by;
    if (to < 0 || to >= order.length) { said.textContent = `Already ${by < 0 ? spec.first : spec.last}.`; return; }
    [order[at], order[to]] = [order[to], order[at]]; moved = true; draw(); changed(true);
    list.querySelector(`[data-move="${CSS.escape(key + button)}"]`)?.focus();
    said.textContent = `${words[key]}: now ${to + 1} of ${order.length}.`;
  };
  const arrow = (key, by, mark, say) => mk("button", { type: "button", className: "parley-button parley-small", textContent: mark,
    onclick: () => move(key, by, mark), aria: { label: `${say}: ${words[key]}` } });
  const draw = () => list.replaceChildren(...order.map((key) => {
    const up = arrow(key, -1, "↑", "Move up"), down = arrow(key, 1, "↓", "Move down");
    up.dataset.move = key + "↑"; down.dataset.move = key + "↓";
    return mk("li", {}, mk("div", {}, up, down, mk("span", { textContent: words[key] })));
  }));
  draw();
  return {
    box: mk("div", { className: "parley-field" }, heading(spec, uid()), mk("small", { className: "parley-help", textContent: `Top: ${spec.first}. Bottom: ${spec.last}.` }), list, said),
    get: () => (moved ? [...order] : null),
    set: (v) => { if (v && v.join() !== order.join()) { order = [...v]; moved = true; draw(); } },
  };
};

const drawNumber = (spec, value, changed) => {
  const id = uid();
  const input = mk("input", { id, type: "text", inputMode: "decimal", className: "parley-number", value: value ?? "", autocomplete: "off",
    oninput: () => changed(false), onchange: () => changed(true) });
  const range = spec.least !== undefined && spec.most !== undefined ? ` (${spec.least.toLocaleString("en")} to ${spec.most.toLocaleString("en")})` : "";
  return {
    box: mk("div", { className: "parley-field" }, mk("label", { htmlFor: id, className: "parley-label" }, spec.label + range,
      spec.help ? mk("small", { className: "parley-help", textContent: spec.help }) : null),
      mk("span", { className: "parley-inline" }, input, mk("span", { textContent: spec.unit }))),
    get: () => input.value.trim() || null,
    set: (v) => { if (document.activeElement !== input) input.value = v ?? ""; },
  };
};

const wordsIn = (text) => text.split(/\s+/).filter((w) => /[\p{L}\p{N}]/u.test(w)).length;

const drawText = (spec, value, changed) => {
  const id = uid(), count = mk("small", { id: id + "n", className: "parley-help" });
  const say = () => { count.textContent = spec.lines > 1 ? `${wordsIn(box.value)} words; ${spec.least} to ${spec.most} wanted` : ""; };
  const box = mk("textarea", { id, rows: spec.lines, value: value ?? "", className: "parley-text", aria: { describedby: id + "n" },
    oninput: () => { say(); changed(false); }, onchange: () => changed(true) });
  say();
  return {
    box: mk("div", { className: "parley-field" }, mk("label", { htmlFor: id, className: "parley-label" }, spec.label,
      spec.help ? mk("small", { className: "parley-help", textContent: spec.help }) : null), box, count),
    get: () => box.value,
    set: (v) => { if (document.activeElement !== box) { box.value = v ?? ""; say(); } },
  };
};

const drawFunction = (spec, value, changed) => {
  const id = uid();
  const box = mk("textarea", { id, rows: 8, value: value || spec.starter, className: "parley-text parley-code", spellcheck: false,
    oninput: () => changed(false), onchange: () => changed(true), aria: { describedby: id + "h" } });
  return {
    box: mk("div", { className: "parley-field" }, mk("label", { htmlFor: id, className: "parley-label" }, spec.label),
      mk("small", { id: id + "h", className: "parley-help", textContent: `Python. Indent with four spaces. ${spec.help}` }), box),
    get: () => box.value,
    set: (v) => { if (document.activeElement !== box) box.value = v || spec.starter; },
  };
};

// A cell of a table: the same fields, small. A choice is a drop-down here, since a radio group in a cell would sprawl.
const drawCell = (column, value, changed, label, locked) => {
  let input;
  if (column.kind === "choice") {
    input = mk("select", { disabled: locked, onchange: () => changed(true), aria: { label } }, mk("option", { value: "", textContent: "choose…" }),
      ...column.options.map(([k, w]) => mk("option", { value: k, textContent: w })));
    input.value = value ?? "";
  } else {
    input = mk(column.kind === "text" ? "textarea" : "input", { value: value ?? "", disabled: locked, oninput: () => changed(false), onchange: () => changed(true), aria: { label } });
    if (column.kind === "text") input.rows = 2; else input.inputMode = "decimal";
  }
  return { input, get: () => (column.kind === "text" ? input.value : input.value.trim() || null) };
};

// A table with given rows (spec.rows; value {row: {column: …}}) or with rows the student adds (value [{column: …}, …]).
const drawRows = (spec, value, changed) => {
  const body = mk("tbody"), said = statusLine("parley-spoken"), heads = spec.columns.map((c) => c.label + (c.unit ? ` (${c.unit})` : ""));
  const given = spec.rows, open = !given;
  let rows = [];
  const name = (n) => (open ? `row ${n + 1}` : given[n][1]);
  const locked = (n) => (open ? n < spec.locked : spec.locked.includes(given[n][0]));
  const listed = (v) => {
    if (!open) return given.map(([key]) => v?.[key] ?? spec.empty);
    const some = [...(v ?? [])];
    while (some.length < Math.max(spec.least, 1)) some.push(spec.empty);
    return some;
  };
  const row = (v, n) => {
    const cells = spec.columns.map((c, k) => drawCell(c, v[c.name], changed, `${heads[k]}, ${name(n)}`, locked(n)));
    const remove = open && !locked(n) ? mk("button", { type: "button", className: "parley-button parley-small", textContent: "Remove",
      onclick: () => { const now = list(); now.splice(n, 1); draw(listed(now)); changed(true); said.textContent = `Row ${n + 1} removed.`; add.focus(); }, aria: { label: `Remove ${name(n)}` } }) : null;
    const th = mk("th", { scope: "row", textContent: open ? n + 1 : name(n) });
    if (open) th.dataset.row = n + 1;
    const tds = cells.map((c, k) => { const td = mk("td", {}, c.input); td.dataset.name = heads[k]; return td; });
    return { cells, tr: mk("tr", {}, th, ...tds, open ? mk("td", {}, remove) : null) };
  };
  const draw = (values) => {
    rows = values.map(row);
    body.replaceChildren(...rows.map((r) => r.tr));
    add.disabled = open && rows.length >= spec.most;
  };
  const list = () => rows.map((r) => Object.fromEntries(spec.columns.map((c, k) => [c.name, r.cells[k].get()])));
  const get = () => (open ? list() : Object.fromEntries(list().map((cells, n) => [given[n][0], cells])));
  const add = mk("button", { type: "button", className: "parley-button parley-small", textContent: "Add a row", hidden: !open,
    onclick: () => { draw([...list(), spec.empty]); rows.at(-1).cells[0].input.focus(); } });
  draw(listed(value));
  const corner = open ? mk("th", { scope: "col", textContent: "Row" }) : mk("td");
  // Four columns and more, or long options, have no room side by side: one below the other then, whatever the width.
  const wide = spec.columns.length > 3 || spec.columns.some((c) => c.options?.some(([, w]) => w.length > 34));
  const table = mk("table", { className: wide ? "parley-rows parley-stacked" : "parley-rows" }, mk("thead", {}, mk("tr", {}, corner, ...heads.map((h) => mk("th", { scope: "col", textContent: h })), open ? mk("td") : null)), body);
  return {
    box: mk("div", { className: "parley-field" }, heading(spec, uid()), mk("div", { className: "parley-scroll" }, table), add, said),
    get,
    set: (v) => { if (!body.contains(document.activeElement)) draw(listed(v)); },
  };
};

// A seal is made by the kernel, which reads the clock; the form only carries it.
const drawReceipt = (spec, value, changed, act) => {
  let receipt = value ?? null;
  const id = uid(), said = mk("span", {});
  const draw = () => { said.textContent = receipt ? `Sealed ${receipt.sealed.replace("T", " at ").replace("Z", "")} (UTC).` : "Not sealed yet."; };
  draw();
  return {
    box: mk("div", { className: "parley-field", aria: { role: "group", labelledby: id } }, heading(spec, id), mk("div", { className: "parley-actions" },
      mk("button", { type: "button", className: "parley-button", textContent: spec.button, onclick: () => act("seal") }), said)),
    get: () => receipt,
    set: (v) => { receipt = v ?? null; draw(); },
  };
};

const DRAW = { choice: drawChoice, grid: drawGrid, order: drawOrder, number: drawNumber, text: drawText, rows: drawRows, function: drawFunction, receipt: drawReceipt };
