// Shared by the cards: making elements, finding the notebook cell, keeping JupyterLab's shortcuts away from typing.

const mk = (tag, props = {}, ...kids) => {
  const { aria = {}, ...rest } = props;
  const e = Object.assign(document.createElement(tag), rest);
  for (const [k, v] of Object.entries(aria)) e.setAttribute(k === "role" ? "role" : `aria-${k}`, v);
  e.append(...kids.filter((k) => k !== null && k !== undefined));
  return e;
};

const uid = () => "parley-" + Math.random().toString(36).slice(2, 10); // crypto.randomUUID is absent on plain http

// The cell whose output shows this widget. JupyterLab 4 and Notebook 7 hand over the document; other front ends do not.
const cellOf = (model) => {
  try {
    const ctx = model.widget_manager?.context, nb = ctx?.model?.sharedModel;
    if (!nb || ctx.model.readOnly) return null;
    const cell = nb.cells.find((c) => c.cell_type === "code" && c.getOutputs().some((o) =>
      o.data?.["application/vnd.jupyter.widget-view+json"]?.model_id === model.get("mid")));
    return cell ? { ctx, cell } : null;
  } catch { return null; } // a later JupyterLab may shape this otherwise: then the fallback serves
};

// JupyterLab takes arrows, Enter and letters (b adds a cell, x cuts one) while a widget has the focus. Keys that pass
// (Ctrl+S, Shift+Enter, Escape) may run or leave the cell: `before` is called first, so that no word is lost. In a text
// box Ctrl+Z belongs to the box; JupyterLab would undo the last change of a cell, which is the answer just written.
const guardKeys = (el, before = () => {}) => {
  const keys = (e) => {
    if (!el.contains(e.target)) return;
    const inText = e.target.matches("textarea, input:not([type=radio])"), key = e.key.toLowerCase();
    const passes = e.key === "Enter" ? e.shiftKey || e.ctrlKey || e.metaKey || e.altKey
      : e.ctrlKey || e.metaKey ? !inText || key === "s" || (e.shiftKey && key !== "z") : e.altKey || e.key === "Escape";
    if (passes) before();
    else e.stopPropagation();
  };
  window.addEventListener("keydown", keys, true);
  return () => window.removeEventListener("keydown", keys, true);
};

// Asks the kernel, and says so when nothing comes back: a kernel that was restarted does not know this card any more.
const asker = (model, { lost, busy = () => {} }) => {
  let timer = null;
  const silence = () => {
    const busyNow = model.widget_manager?.context?.sessionContext?.session?.kernel?.status === "busy";
    timer = setTimeout(silence, 3000);
    if (busyNow) busy(); else { clearTimeout(timer); timer = null; lost(); }
  };
  const heard = () => { clearTimeout(timer); timer = null; };
  return { ask: (message) => { heard(); timer = setTimeout(silence, 3000); model.send(message); }, heard, waiting: () => timer !== null };
};

// What was typed or clicked in a card that was lost or drawn anew, for the card that takes its place on this page.
const leftovers = (window.parleyLeftovers ??= {});
const shelfOf = (model, name) => `${model.widget_manager?.context?.path ?? ""} ${name}`;

// One save at a time for all cards and the student: two at once, and JupyterLab asks who else changed the file.
const saveSoon = (ctx) => {
  const all = (window.parleySaves ??= new WeakMap());
  if (!all.has(ctx)) {
    const fresh = { timer: null, running: false };
    all.set(ctx, fresh);
    ctx.saveState?.connect((_, state) => { fresh.running = state === "started"; });
  }
  const one = all.get(ctx);
  const go = () => {
    if (one.running) one.timer = setTimeout(go, 200);
    else ctx.save().catch(() => {}); // also where the model looks clean: a save under way calls it so when it ends
  };
  clearTimeout(one.timer); one.timer = setTimeout(go, 400);
};

// The cell above grows when an answer is written into it; the card stays under the student's eyes and mouse.
const steady = (el, change) => {
  const panel = el.closest(".jp-WindowedPanel-outer"), top = el.getBoundingClientRect().top;
  if (!panel || !el.contains(document.activeElement)) { change(); return; }
  let frames = 15;
  const hold = () => {
    const by = el.getBoundingClientRect().top - top;
    if (Math.abs(by) >= 1) panel.scrollTop += by;
    if (el.isConnected && --frames) requestAnimationFrame(hold);
  };
  change(); hold();
};

// A live region is announced only if it stands in the page, empty, before its text comes.
const statusLine = (className = "parley-status") => mk("div", { className, aria: { role: "status", live: "polite" } });

// One radio group. options: [[key, words], ...]; onPick(key).
const radioGroup = ({ labelId, options, value, onPick, disabled = false, inline = false }) => {
  const name = uid();
  const inputs = options.map(([key]) => mk("input", { type: "radio", name, value: key, checked: key === value, disabled, onchange: () => onPick(key) }));
  const box = mk("div", { className: inline ? "parley-options parley-inline" : "parley-options", aria: { role: "radiogroup", labelledby: labelId } },
    ...options.map(([, words], i) => mk("label", { className: "parley-option" }, inputs[i], mk("span", { textContent: words }))));
  return { box, set: (v) => inputs.forEach((r) => { r.checked = r.value === v; }), get: () => inputs.find((r) => r.checked)?.value ?? null };
};
