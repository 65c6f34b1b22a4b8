function render({ model, el }) {
  const exercise = model.get("exercise"), title = uid(), shelf = shelfOf(model, exercise.id);
  const where = statusLine("parley-status parley-where"), verdict = statusLine("parley-verdict");
  let timer = null, queued = null, touched = false, own = false, fine = false, written = null, watched = null;

  const answer = () => Object.fromEntries(fields.map((f, i) => [exercise.fields[i].name, f.get()]));
  const fill = (a) => fields.forEach((f, i) => f.set(a[exercise.fields[i].name]));
  const tell = (...text) => { fine = false; delete where.dataset.old; delete where.dataset.fine; if (text.length > 1 || where.textContent !== text[0]) where.replaceChildren(...text); };
  const line = asker(model, {
    lost: () => {
      queued = null;
      if (!touched) return;
      leftovers[shelf] = answer();
      tell("Not saved yet: no answer from Python. If it was restarted, the menu Run, Run All Cells brings this form back, with what you see here.");
    },
    busy: () => { if (touched) tell("Not saved yet: Python is busy with another cell. Your answer waits in line."); },
  });
  // One message at a time: the next one must carry the source that the last one left in the cell.
  const send = (what) => {
    clearTimeout(timer); timer = null;
    if (line.waiting()) { queued = what === "save" ? queued ?? what : what; return; }
    const now = answer(), source = cellOf(model)?.cell.getSource() ?? "";
    own = true; model.set("answer", now); own = false; // for a second view on this page; the kernel is told by the message, so no echo can undo a newer click
    line.ask({ do: what, answer: now, source });
  };
  const answered = () => {
    line.heard(); delete leftovers[shelf];
    if (queued) { const what = queued; queued = null; send(what); }
  };
  // A click is saved at once; typing waits for a pause, and for the moment the box is left.
  const changed = (now) => {
    touched = true; stale(); clearTimeout(timer);
    if (fine) where.dataset.old = "true"; // it is not in the notebook until the answer has come
    if (now) send("save"); else timer = setTimeout(() => send("save"), 700);
  };
  const stale = () => { if (verdict.dataset.state) verdict.dataset.stale = "true"; };

  const fields = exercise.fields.map((spec) => DRAW[spec.kind](spec, model.get("answer")[spec.name], changed, (what) => { touched = true; stale(); send(what); }));
  const checkButton = mk("button", { type: "button", className: "parley-button parley-main", textContent: exercise.button, onclick: () => send("check") });
  const hintButton = mk("button", { type: "button", className: "parley-button parley-hintbutton", textContent: "Next hint (2 of 3)", disabled: true, onclick: () => send("hint") });
  const kind = `Exercise ${exercise.id} · ${exercise.core ? "core" : "stretch"} · ${exercise.minutes} min`;
  el.append(mk("div", { className: "parley-card parley-form", aria: { role: "group", labelledby: title } },
    mk("div", { className: "parley-title", id: title }, mk("span", { className: "parley-tag", textContent: kind }), mk("span", { textContent: exercise.title })),
    mk("p", { className: "parley-task", textContent: exercise.task }),
    ...fields.map((f) => f.box), mk("div", { className: "parley-actions" }, checkButton, where, hintButton), verdict));

  // Ctrl+Z in the cell, or somebody who types there, parts the form from the file: say so.
  const watch = () => {
    const cell = watched ? null : cellOf(model)?.cell;
    if (!cell?.changed?.connect || !el.isConnected) return;
    watched = cell; written ??= cell.getSource(); cell.changed.connect(onSource);
  };
  const onSource = () => {
    if (!line.waiting() && written !== null && watched.getSource() !== written) tell("The cell above was changed. Run it again (Shift+Enter), and this form shows what stands there.");
  };
  // A problem names fields as code does; here they have labels.
  const inWords = (text) => exercise.fields.flatMap((f) => [f, ...(f.columns ?? [])]).reduce((t, f) => t.replaceAll("`" + f.name + "`", `“${f.label}”`), text);
  const byHand = (how, m) => tell(`Not in the notebook yet: ${how}`, mk("code", { className: "parley-line", textContent: m.line }));
  const say = {
    sentences: (m) => el.querySelectorAll("[data-sentence]").forEach((q) => { const text = m.texts[q.dataset.sentence]; if (text) { q.textContent = text; q.hidden = false; } }),
    edit: (m) => {
      if (m.sealed) fields[exercise.fields.findIndex((f) => f.name === m.sealed[0])].set(m.sealed[1]);
      const at = cellOf(model), now = at?.cell.getSource();
      if (at && m.new && now !== m.old) { queued ??= "save"; return; } // somebody typed in the cell meanwhile: once more, from what stands there
      const inFile = Boolean(at && m.new), byOthers = inFile && written !== null && written !== m.old;
      if (inFile) {
        written = m.new; watch();
        if (m.new !== m.old) steady(el, () => at.cell.setSource(m.new));
        if (m.new !== m.old || at.ctx.model.dirty) saveSoon(at.ctx);
      }
      model.send({ do: "stored", in_file: inFile });
      if (m.problem) tell(`Not saved: ${inWords(m.problem)}`);
      else if (inFile && !m.line.includes(", saved=")) tell("The form is empty, and the notebook holds no answer.");
      else if (inFile) { tell(byOthers ? "Your answer is in the notebook. It took the place of what was typed in the cell above." : "Your answer is in the notebook."); fine = true; where.dataset.fine = "true"; }
      else if (at) byHand("the cell above holds more than this one form (a % line, or the form twice), so it is left alone. Put this line there yourself, and run it:", m);
      else byHand("run the cell above this card again (Shift+Enter), or replace its last line by this:", m);
    },
    state: (m) => {
      if (!touched) fill(m.answer); // what was clicked before it came is newer
      setTimeout(watch, 1500); // not at once: the very run that drew this card may still write the cell
    },
    problem: (m) => tell(`Not saved: ${inWords(m.text)}`),
    verdict: (m) => {
      verdict.dataset.state = m.done ? "done" : "open"; delete verdict.dataset.stale;
      if (m.stale || timer || line.waiting()) stale();
      verdict.replaceChildren(mk("p", {}, mk("strong", { textContent: m.word + " " }), m.message),
        m.hint ? mk("p", { className: "parley-hint", textContent: m.hint }) : "", ...m.notes.map((n) => mk("p", { textContent: n })));
      if (!m.more && document.activeElement === hintButton) checkButton.focus(); // the focus never falls to the page
      hintButton.disabled = !m.more; if (m.more) hintButton.textContent = m.more;
    },
  };
  const onMessage = (m) => { say[m.say]?.(m); if (m.say !== "verdict") answered(); };
  const onAnswer = () => { if (!own) fill(model.get("answer")); };
  const leave = () => { if (timer) send("save"); };
  const free = guardKeys(el, leave), left = leftovers[shelf];
  el.addEventListener("focusout", leave);
  model.on("msg:custom", onMessage); model.on("change:answer", onAnswer);
  line.ask({ do: "ready", source: cellOf(model)?.cell.getSource() ?? "" });
  if (left) { fill(left); changed(true); } // clicked while no kernel listened
  return () => {
    if (touched && (timer || line.waiting())) leftovers[shelf] = answer();
    free(); line.heard(); clearTimeout(timer); watched?.changed.disconnect(onSource); model.off("msg:custom", onMessage); model.off("change:answer", onAnswer);
  };
}
export default { render };
