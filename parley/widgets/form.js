function render({ model, el }) {
  const exercise = model.get("exercise"), title = uid();
  const where = statusLine("parley-status parley-where"), verdict = statusLine("parley-verdict");
  let timer = null, saving = null, waiting = null, queued = null;

  const answer = () => Object.fromEntries(fields.map((f, i) => [exercise.fields[i].name, f.get()]));
  // One message at a time: the next one must carry the source that the last one left in the cell.
  const send = (what) => {
    clearTimeout(timer); timer = null;
    if (waiting) { queued = queued === "check" ? "check" : what; return; }
    waiting = setTimeout(answered, 5000); // a dead kernel answers nothing: do not wait for ever
    const now = answer();
    model.set("answer", now); // for a second view on this page; the kernel is told by the message, so no echo can undo a newer click
    model.send({ do: what, answer: now, source: cellOf(model)?.cell.getSource() ?? "" });
  };
  const answered = () => {
    clearTimeout(waiting); waiting = null;
    if (queued) { const what = queued; queued = null; send(what); }
  };
  // A click is saved at once; typing waits for a pause, and for the moment the box is left.
  const changed = (now) => { stale(); clearTimeout(timer); if (now) send("save"); else timer = setTimeout(() => send("save"), 700); };
  const stale = () => { if (verdict.dataset.state) verdict.dataset.stale = "true"; };

  const fields = exercise.fields.map((spec) => DRAW[spec.kind](spec, model.get("answer")[spec.name], changed));
  const checkButton = mk("button", { type: "button", className: "parley-button parley-main", textContent: exercise.button, onclick: () => send("check") });
  const hintButton = mk("button", { type: "button", className: "parley-button", textContent: "Give me a hint", hidden: true, onclick: () => model.send({ do: "hint" }) });
  const kind = `Exercise ${exercise.id} · ${exercise.core ? "core" : "stretch"} · ${exercise.minutes} min`;
  el.append(mk("div", { className: "parley-card parley-form", aria: { role: "group", labelledby: title } },
    mk("div", { className: "parley-title", id: title }, mk("span", { className: "parley-tag", textContent: kind }), mk("span", { textContent: exercise.title })),
    mk("p", { className: "parley-task", textContent: exercise.task }),
    ...fields.map((f) => f.box), mk("div", { className: "parley-actions" }, checkButton, hintButton, where), verdict));

  const say = {
    edit: (m) => {
      const at = cellOf(model);
      const inFile = Boolean(at && m.new && at.cell.getSource() === m.old);
      if (inFile && m.new !== m.old) {
        at.cell.setSource(m.new);
        clearTimeout(saving); saving = setTimeout(() => at.ctx.save().catch(() => {}), 400);
      }
      model.send({ do: "stored", in_file: inFile });
      where.replaceChildren(...(inFile ? ["Your answer is in the notebook."] : [
        "Not in the notebook yet: run the cell above this card again (Shift+Enter), or replace its last line by this:", mk("code", { className: "parley-line", textContent: m.line })]));
    },
    state: (m) => fields.forEach((f, i) => f.set(m.answer[exercise.fields[i].name])),
    problem: (m) => { where.textContent = m.text; },
    verdict: (m) => {
      verdict.dataset.state = m.done ? "done" : "open"; delete verdict.dataset.stale;
      verdict.replaceChildren(mk("p", {}, mk("strong", { textContent: m.word + " " }), m.message),
        m.hint ? mk("p", { className: "parley-hint", textContent: m.hint }) : "", ...m.notes.map((n) => mk("p", { textContent: n })));
      hintButton.hidden = !m.more; if (m.more) hintButton.textContent = m.more;
    },
  };
  const onMessage = (m) => { say[m.say]?.(m); if (m.say === "edit" || m.say === "problem") answered(); };
  const onAnswer = () => fields.forEach((f, i) => f.set(model.get("answer")[exercise.fields[i].name]));
  const free = guardKeys(el);
  const leave = () => { if (timer) send("save"); };
  el.addEventListener("focusout", leave);
  model.on("msg:custom", onMessage); model.on("change:answer", onAnswer);
  model.send({ do: "ready" });
  return () => { leave(); free(); clearTimeout(timer); model.off("msg:custom", onMessage); model.off("change:answer", onAnswer); };
}
export default { render };
